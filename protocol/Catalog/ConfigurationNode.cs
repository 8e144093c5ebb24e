using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// What a person configured, free of its format: YAML files, JSON and custom resources all become this tree, so that the rules which
/// translate and judge it exist once. Every node knows the line it was written in.
/// </summary>
/// <param name="Line">1-based line, or 0 where the format has none.</param>
public abstract record ConfigurationNode(int Line)
{
    /// <summary>A text, number, boolean, or nothing.</summary>
    /// <param name="Text">The text as written without its quotes; null for an empty value.</param>
    /// <param name="Line">1-based line.</param>
    public sealed record Scalar(string? Text, int Line) : ConfigurationNode(Line)
    {
        /// <summary>Line of the text's first line: one further for texts that begin with <c>|</c>.</summary>
        public int TextLine { get; init; } = Line;
    }

    /// <summary>A list.</summary>
    /// <param name="Items">The items in their order.</param>
    /// <param name="Line">1-based line.</param>
    public sealed record Sequence(ImmutableArray<ConfigurationNode> Items, int Line) : ConfigurationNode(Line);

    /// <summary>Keys and values; every key occurs once.</summary>
    /// <param name="Entries">The pairs in their order.</param>
    /// <param name="Line">1-based line.</param>
    public sealed record Mapping(ImmutableArray<ConfigurationEntry> Entries, int Line) : ConfigurationNode(Line)
    {
        /// <summary>The value of a key, or null where the key is missing or its value is empty.</summary>
        /// <param name="key">Case-sensitive.</param>
        public ConfigurationNode? Find(string key)
        {
            foreach (var entry in Entries)
            {
                if (entry.Key == key)
                {
                    return entry.Value is Scalar { Text: null } ? null : entry.Value;
                }
            }

            return null;
        }
    }
}

/// <summary>One pair of a mapping.</summary>
/// <param name="Key">The key.</param>
/// <param name="Line">Line of the key.</param>
/// <param name="Value">The value.</param>
public sealed record ConfigurationEntry(string Key, int Line, ConfigurationNode Value);
