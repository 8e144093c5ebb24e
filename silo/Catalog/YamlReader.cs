using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>
/// Reads one YAML document into the neutral tree. Works on the parser's events, so that limits hold while reading: aliases share their node and are
/// counted as often as they are used, which ends "billion laughs" documents before they grow.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>The largest file that is read: as much as a custom resource can hold.</summary>
    internal const int MostBytes = 1024 * 1024;

    private const int MostDepth = 32;
    private const int MostNodes = 50_000;
    private const string MergeKey = "<<";

    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The parser names the beginning of what it was reading, up to so many lines above the tab.</summary>
    private const int LinesToATab = 4;

    private readonly string _source;
    private readonly string _text;
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, (ConfigurationNode Node, int Size)> _anchors = [];
    private readonly ImmutableArray<ConfigurationProblem>.Builder _problems = ImmutableArray.CreateBuilder<ConfigurationProblem>();
    private int _nodes;

    private YamlReader(string source, string text)
    {
        _source = source;
        _text = text;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The tree, or null with every reason among the problems.</summary>
    /// <param name="source">The file, for problems.</param>
    /// <param name="utf8">Its content.</param>
    public static Translation<ConfigurationNode> Read(string source, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MostBytes)
        {
            return Refused(Problems.TooLarge.At(source, 0, "", $"the file has {utf8.Length} bytes; at most {MostBytes} are read."));
        }

        string text;
        try
        {
            text = _strictUtf8.GetString(utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8);
        }
        catch (DecoderFallbackException)
        {
            return Refused(Problems.NotReadable.At(source, 0, "", "the file is not UTF-8 text."));
        }

        return new YamlReader(source, text).Document();
    }

    private static Translation<ConfigurationNode> Refused(ConfigurationProblem problem) => new(null, [problem]);

    private static string Unreadable(long column) => string.Create(
        CultureInfo.InvariantCulture,
        $"the YAML cannot be read here (column {column}): look for indentation, a missing quote or colon, or a tab.");

    private Translation<ConfigurationNode> Document()
    {
        try
        {
            var root = First();
            return _problems.Count > 0
                ? new Translation<ConfigurationNode>(null, _problems.ToImmutable())
                : new Translation<ConfigurationNode>(root, []);
        }
        catch (YamlLimitException limit)
        {
            return Refused(Problems.TooComplex.At(_source, limit.Line, "", limit.Message));
        }
        catch (YamlException exception)
        {
            // The library's sentence may quote the file, which may hold secrets: only the place is told.
            return Refused(TabFrom((int)exception.Start.Line) is { } line
                ? Problems.NotReadable.At(_source, line, "", "a tab stands in the indentation of this line: YAML indents by spaces alone.")
                : Problems.NotReadable.At(_source, (int)exception.Start.Line, "", Unreadable(exception.Start.Column)));
        }
        catch (InvalidOperationException)
        {
            // The library's scanner stumbles over some broken flow sequences instead of refusing them (found by mutilating files).
            return Refused(Problems.NotReadable.At(_source, LastLine, "", Unreadable(_parser.Current?.End.Column ?? 0)));
        }
    }

    /// <summary>The next line that is indented by a tab, which nobody sees in an editor; null where none is near.</summary>
    private int? TabFrom(int line)
    {
        var number = 0;
        foreach (var text in _text.AsSpan().EnumerateLines())
        {
            if (++number > line + LinesToATab)
            {
                break;
            }

            // In the text of a script a tab may follow the blanks: there it is the script's own.
            if (number >= line && text.StartsWith('\t') && !text.Trim(" \t").IsEmpty)
            {
                return number;
            }
        }

        return null;
    }

    private int LastLine => (int)(_parser.Current?.End.Line ?? 0);

    private ConfigurationNode First()
    {
        ConfigurationNode? root = null;
        while (_parser.MoveNext())
        {
            if (_parser.Current is not DocumentStart start)
            {
                continue;
            }

            _parser.MoveNext();
            if (root is not null)
            {
                // A last "---" with nothing behind it is only a habit.
                if (_parser.Current is not Scalar { Value: "" })
                {
                    _problems.Add(Problems.SeveralDocuments.At(_source, (int)start.Start.Line, "", "one file holds one entity: move what follows '---' into a file of its own."));
                }

                return root;
            }

            root = Node(0, "").Node;
        }

        return root ?? new ConfigurationNode.Scalar(null, 1);
    }

    /// <summary>Reads the node the parser stands on, and how many nodes it counts for.</summary>
    private (ConfigurationNode Node, int Size) Node(int depth, string path)
    {
        var current = _parser.Current!;
        var line = (int)current.Start.Line;
        if (current is AnchorAlias alias)
        {
            if (!_anchors.TryGetValue(alias.Value, out var known))
            {
                throw new YamlException(alias.Start, alias.End, "unknown anchor");
            }

            Count(known.Size, line);
            return known;
        }

        if (depth > MostDepth)
        {
            throw new YamlLimitException(line, $"the document is nested deeper than {MostDepth} levels.");
        }

        Count(1, line);
        var before = _nodes;
        ConfigurationNode node = current switch
        {
            Scalar scalar => new ConfigurationNode.Scalar(TextOf(scalar), line) { TextLine = scalar.Style is ScalarStyle.Literal ? line + 1 : line },
            SequenceStart => Sequence(depth, path, line),
            MappingStart => Mapping(depth, path, line),
            _ => throw new YamlException(current.Start, current.End, "unexpected"),
        };
        var sized = (node, 1 + _nodes - before);
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor] = sized;
        }

        return sized;
    }

    private ConfigurationNode.Sequence Sequence(int depth, string path, int line)
    {
        var items = ImmutableArray.CreateBuilder<ConfigurationNode>();
        while (_parser.MoveNext() && _parser.Current is not SequenceEnd)
        {
            items.Add(Node(depth + 1, $"{path}[{items.Count}]").Node);
        }

        return new ConfigurationNode.Sequence(items.ToImmutable(), line);
    }

    private ConfigurationNode.Mapping Mapping(int depth, string path, int line)
    {
        var entries = ImmutableArray.CreateBuilder<ConfigurationEntry>();
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        var merged = new List<ConfigurationNode>();
        while (_parser.MoveNext() && _parser.Current is not MappingEnd)
        {
            var keyLine = (int)_parser.Current!.Start.Line;
            var key = Node(depth + 1, path).Node is ConfigurationNode.Scalar { Text: { } text } ? text : "";
            var keyPath = path.Length == 0 ? key : $"{path}.{key}";
            _parser.MoveNext();
            var value = Node(depth + 1, keyPath).Node;
            if (key == MergeKey)
            {
                merged.Add(value);
            }
            else if (keys.TryAdd(key, keyLine))
            {
                entries.Add(new ConfigurationEntry(key, keyLine, value));
            }
            else
            {
                _problems.Add(Problems.DuplicateKey.At(_source, keyLine, keyPath, $"is there twice, first in line {keys[key]}: remove one."));
            }
        }

        foreach (var entry in merged.SelectMany(MergedEntries).Where(entry => keys.TryAdd(entry.Key, entry.Line)))
        {
            entries.Add(entry);
        }

        return new ConfigurationNode.Mapping(entries.ToImmutable(), line);
    }

    private static IEnumerable<ConfigurationEntry> MergedEntries(ConfigurationNode node) => node switch
    {
        ConfigurationNode.Mapping mapping => mapping.Entries,
        ConfigurationNode.Sequence sequence => sequence.Items.OfType<ConfigurationNode.Mapping>().SelectMany(static mapping => mapping.Entries),
        _ => [],
    };

    private void Count(int nodes, int line)
    {
        _nodes += nodes;
        if (_nodes > MostNodes)
        {
            throw new YamlLimitException(line, $"the document expands to more than {MostNodes} values.");
        }
    }

    private static string? TextOf(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "Null" or "NULL" ? null : scalar.Value;

    /// <summary>Leaves the recursion once a limit is passed; never leaves this class.</summary>
    private sealed class YamlLimitException(int line, string message) : Exception(message)
    {
        public int Line => line;
    }
}
