using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Reads the JSON form of an entity into the neutral tree, with the line of every node.</summary>
public static class ConfigurationJson
{
    private const int MostDepth = 32;

    /// <summary>The tree, or null with the reason among the problems.</summary>
    /// <param name="source">File or resource, for problems.</param>
    /// <param name="utf8">The JSON text.</param>
    public static Translation<ConfigurationNode> Read(string source, ReadOnlySpan<byte> utf8)
    {
        var problems = new ProblemList(source);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MostDepth, CommentHandling = JsonCommentHandling.Disallow });
        try
        {
            reader.Read();
            var lines = new LineCounter();
            var root = Node(ref reader, utf8, ref lines, problems, "");
            // Anything after the value makes the reader throw here.
            reader.Read();
            return new Translation<ConfigurationNode>(problems.HasErrors ? null : root, problems.ToImmutable());
        }
        catch (JsonException exception)
        {
            problems.Add(Problems.NotReadable, (int)(exception.LineNumber ?? 0) + 1, "", "the JSON cannot be read from here on.");
            return new Translation<ConfigurationNode>(null, problems.ToImmutable());
        }
    }

    private static ConfigurationNode Node(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref LineCounter lines, ProblemList problems, string path)
    {
        var line = lines.At(utf8, reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => Mapping(ref reader, utf8, ref lines, problems, path, line),
            JsonTokenType.StartArray => Sequence(ref reader, utf8, ref lines, problems, path, line),
            JsonTokenType.Null => new ConfigurationNode.Scalar(null, line),
            JsonTokenType.String => new ConfigurationNode.Scalar(reader.GetString(), line),
            _ => new ConfigurationNode.Scalar(Encoding.UTF8.GetString(reader.ValueSpan), line),
        };
    }

    private static ConfigurationNode.Mapping Mapping(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref LineCounter lines, ProblemList problems, string path, int line)
    {
        var entries = ImmutableArray.CreateBuilder<ConfigurationEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            var keyLine = lines.At(utf8, reader.TokenStartIndex);
            var keyPath = path.Length == 0 ? key : $"{path}.{key}";
            reader.Read();
            var value = Node(ref reader, utf8, ref lines, problems, keyPath);
            if (keys.Add(key))
            {
                entries.Add(new ConfigurationEntry(key, keyLine, value));
            }
            else
            {
                problems.Add(Problems.DuplicateKey, keyLine, keyPath, "is there twice: remove one.");
            }
        }

        return new ConfigurationNode.Mapping(entries.ToImmutable(), line);
    }

    private static ConfigurationNode.Sequence Sequence(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, ref LineCounter lines, ProblemList problems, string path, int line)
    {
        var items = ImmutableArray.CreateBuilder<ConfigurationNode>();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            items.Add(Node(ref reader, utf8, ref lines, problems, $"{path}[{items.Count}]"));
        }

        return new ConfigurationNode.Sequence(items.ToImmutable(), line);
    }

    /// <summary>Counts lines once, forwards.</summary>
    private struct LineCounter
    {
        private int _line;
        private int _counted;

        public int At(ReadOnlySpan<byte> utf8, long offset)
        {
            _line += utf8[_counted..(int)offset].Count((byte)'\n');
            _counted = (int)offset;
            return _line + 1;
        }
    }
}
