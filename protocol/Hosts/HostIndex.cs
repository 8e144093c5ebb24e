using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Hosts;

/// <summary>
/// Finds the tenant of a host. Exact hosts come first, then patterns, read from the last label to the first; the cost grows with the
/// labels of the host and not with the number of tenants. Immutable, safe for any number of readers.
/// </summary>
public sealed class HostIndex
{
    private readonly Dictionary<string, Tenant> _exact = new(StringComparer.Ordinal);
    private readonly Node _patterns = new();

    private HostIndex()
    {
    }

    /// <summary>An index that knows no host.</summary>
    public static HostIndex Empty { get; } = new();

    /// <summary>Builds the index. A host or pattern given twice stays with the first tenant that named it.</summary>
    /// <param name="patterns">Normalised patterns with their tenants.</param>
    public static HostIndex Build(IEnumerable<(string Pattern, Tenant Tenant)> patterns)
    {
        var index = new HostIndex();
        foreach (var (pattern, tenant) in patterns)
        {
            if (HostPatterns.IsWildcard(pattern))
            {
                index._patterns.Add(pattern, tenant);
            }
            else
            {
                index._exact.TryAdd(pattern, tenant);
            }
        }

        return index;
    }

    /// <summary>The tenant a host belongs to, or null: a host nobody named is never answered as somebody's.</summary>
    /// <param name="normalisedHost">From <see cref="HostName.TryNormalise"/>.</param>
    public Tenant? Find(string normalisedHost) =>
        _exact.TryGetValue(normalisedHost, out var tenant) ? tenant : _patterns.Find(normalisedHost);

    /// <summary>One label in the tree of patterns; its children are the labels to the left.</summary>
    private sealed class Node
    {
        private readonly Dictionary<string, Node> _literal = new(StringComparer.Ordinal);
        private readonly List<(string Label, Node Node)> _partial = [];
        private Node? _star;
        private Tenant? _tenant;

        public void Add(ReadOnlySpan<char> pattern, Tenant tenant)
        {
            if (pattern.IsEmpty)
            {
                _tenant ??= tenant;
                return;
            }

            var label = LastLabel(pattern, out var rest);
            ChildFor(label.ToString()).Add(rest, tenant);
        }

        /// <summary>A literal label wins over <c>a-*</c>, and that over <c>*</c>.</summary>
        public Tenant? Find(ReadOnlySpan<char> host)
        {
            if (host.IsEmpty)
            {
                return _tenant;
            }

            var label = LastLabel(host, out var rest);
            if (_literal.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(label, out var literal) && literal.Find(rest) is { } exact)
            {
                return exact;
            }

            foreach (var (pattern, node) in _partial)
            {
                if (HostPatterns.LabelMatches(pattern, label) && node.Find(rest) is { } partial)
                {
                    return partial;
                }
            }

            return _star?.Find(rest);
        }

        private Node ChildFor(string label)
        {
            if (label == "*")
            {
                return _star ??= new Node();
            }

            if (!label.Contains('*', StringComparison.Ordinal))
            {
                return _literal.TryGetValue(label, out var known) ? known : _literal[label] = new Node();
            }

            foreach (var (pattern, node) in _partial)
            {
                if (pattern == label)
                {
                    return node;
                }
            }

            var made = new Node();
            _partial.Add((label, made));
            return made;
        }

        private static ReadOnlySpan<char> LastLabel(ReadOnlySpan<char> name, out ReadOnlySpan<char> rest)
        {
            var dot = name.LastIndexOf('.');
            rest = dot < 0 ? default : name[..dot];
            return name[(dot + 1)..];
        }
    }
}
