using System.Collections.Immutable;
using System.Globalization;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>One item of a configured list with the place it came from.</summary>
internal readonly record struct TextItem(string Text, int Line, string Path);

/// <summary>
/// Reads the properties of one mapping. Asking for a property makes its key known; <see cref="Finish"/> then warns of keys that were not asked for
/// and look like one that was. Unknown keys are otherwise ignored, as ever.
/// </summary>
internal sealed class MappingReader(ConfigurationNode.Mapping mapping, string path, ProblemList problems)
{
    private readonly List<string> _known = [];

    /// <summary>Where problems go.</summary>
    public ProblemList Problems => problems;

    /// <summary>The line of the mapping itself.</summary>
    public int Line => mapping.Line;

    /// <summary>All pairs, for mappings whose keys are the user's own.</summary>
    public ImmutableArray<ConfigurationEntry> Entries => mapping.Entries;

    /// <summary>True when the key is there with a value.</summary>
    public bool Has(string key) => Node(key) is not null;

    /// <summary>The path of a property.</summary>
    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>The line of a property, or of the mapping where it is missing.</summary>
    public int LineOf(string key) => mapping.Find(key)?.Line ?? mapping.Line;

    /// <summary>Notes a problem of a property.</summary>
    public void Add(ProblemKind kind, string key, string message) => problems.Add(kind, LineOf(key), PathOf(key), message);

    /// <summary>The value of a key, or null.</summary>
    public ConfigurationNode? Node(string key)
    {
        if (!_known.Contains(key))
        {
            _known.Add(key);
        }

        return mapping.Find(key);
    }

    /// <summary>A text, or null where it is missing or no text.</summary>
    public string? Text(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case ConfigurationNode.Scalar { Text: { } text }:
                return text;
            default:
                Add(Catalog.Problems.WrongType, key, "must be a single text, not a list or a mapping.");
                return null;
        }
    }

    /// <summary>A text that must be there and not be blank; empty text when it is not.</summary>
    public string RequiredText(string key)
    {
        var text = Text(key);
        if (!string.IsNullOrWhiteSpace(text))
        {
            return text.Trim();
        }

        if (Node(key) is null or ConfigurationNode.Scalar)
        {
            Add(Catalog.Problems.Missing, key, $"is required: add {key} with a value.");
        }

        return "";
    }

    /// <summary>A boolean, or null where it is missing. <c>true</c>, <c>yes</c>, <c>on</c> and their opposites, in any case.</summary>
    public bool? Flag(string key)
    {
        switch (Text(key)?.Trim().ToLowerInvariant())
        {
            case null:
                return null;
            case "true" or "yes" or "on":
                return true;
            case "false" or "no" or "off":
                return false;
            default:
                Add(Catalog.Problems.WrongType, key, "must be true or false.");
                return null;
        }
    }

    /// <summary>A whole number within bounds, or null where it is missing or wrong.</summary>
    public int? Number(string key, int least, int most)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Add(Catalog.Problems.BadValue, key, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}."));
        return null;
    }

    /// <summary>A list of texts, or null where it is missing; items that are no text are problems.</summary>
    public ImmutableArray<TextItem>? List(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case ConfigurationNode.Sequence sequence:
                return Items(sequence, key);
            default:
                Add(Catalog.Problems.WrongType, key, "must be a list: one line per item, each beginning with '- '.");
                return null;
        }
    }

    /// <summary>The texts of a list, trimmed; null where the list is missing.</summary>
    public ImmutableArray<string>? Texts(string key) => List(key) is { } items ? [.. items.Select(static item => item.Text.Trim())] : null;

    /// <summary>A mapping inside this one, or null where it is missing.</summary>
    public MappingReader? Block(string key)
    {
        switch (Node(key))
        {
            case null:
                return null;
            case ConfigurationNode.Mapping inner:
                return new MappingReader(inner, PathOf(key), problems);
            default:
                Add(Catalog.Problems.WrongType, key, "must be a mapping with keys of its own.");
                return null;
        }
    }

    /// <summary>Warns of unknown keys that are a known mistake, or almost a known key.</summary>
    /// <param name="mistakes">Wrong names people really write, and what they mean.</param>
    public void Finish(params ReadOnlySpan<(string Wrong, string Right)> mistakes)
    {
        foreach (var entry in mapping.Entries)
        {
            if (!_known.Contains(entry.Key) && Meant(entry.Key, mistakes) is { } right)
            {
                problems.Add(
                    Catalog.Problems.UnknownKey,
                    entry.Line,
                    PathOf(entry.Key),
                    $"{ProblemList.Quote(entry.Key)} is not a known key and is ignored: did you mean {right}?");
            }
        }
    }

    private string? Meant(string key, ReadOnlySpan<(string Wrong, string Right)> mistakes)
    {
        foreach (var (wrong, right) in mistakes)
        {
            if (wrong == key)
            {
                return right;
            }
        }

        return NearMiss.Find(key, _known);
    }

    private ImmutableArray<TextItem> Items(ConfigurationNode.Sequence sequence, string key)
    {
        var items = ImmutableArray.CreateBuilder<TextItem>(sequence.Items.Length);
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{PathOf(key)}[{i}]");
            if (sequence.Items[i] is ConfigurationNode.Scalar { Text: { } text })
            {
                items.Add(new TextItem(text, sequence.Items[i].Line, itemPath));
            }
            else
            {
                problems.Add(Catalog.Problems.WrongType, sequence.Items[i].Line, itemPath, "must be a text.");
            }
        }

        return items.ToImmutable();
    }
}
