using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// Which source owns which host pattern, kept so that no host can belong to two. Patterns form a tree of labels read from the last to the
/// first; a question visits only branches that can overlap, so that ten thousand tenants are checked in about the time it takes to read them.
/// </summary>
internal sealed class HostClaims
{
    private readonly Node _root = new();

    /// <summary>The claim of another owner that overlaps a pattern, in whichever direction, or null.</summary>
    /// <param name="pattern">Normalised.</param>
    /// <param name="owner">Whose own claims do not count.</param>
    public (string Pattern, string Owner)? FindOther(string pattern, string owner)
    {
        var labels = pattern.Split('.');
        return _root.Find(labels, labels.Length, owner);
    }

    /// <summary>Claims a pattern that nobody else's overlaps.</summary>
    public void Add(string pattern, string owner)
    {
        var node = _root;
        foreach (var label in pattern.Split('.').Reverse())
        {
            node = node.ChildFor(label);
        }

        node.Claim = (pattern, owner);
    }

    /// <summary>Gives a claim up.</summary>
    public void Remove(string pattern)
    {
        var labels = pattern.Split('.');
        _root.Remove(labels, labels.Length);
    }

    private sealed class Node
    {
        private Dictionary<string, Node>? _literals;

        // Partial labels by the text before their star: two of them can only overlap if one such text begins with the other.
        private Dictionary<string, Dictionary<string, Node>>? _partials;
        private SortedSet<int>? _lengths;

        public (string Pattern, string Owner)? Claim { get; set; }

        private bool IsEmpty => Claim is null && _literals is not { Count: > 0 } && _partials is not { Count: > 0 };

        public (string Pattern, string Owner)? Find(string[] labels, int left, string owner)
        {
            if (left == 0)
            {
                return Claim is { } claim && claim.Owner != owner ? claim : null;
            }

            var label = labels[left - 1];
            foreach (var child in Candidates(label))
            {
                if (child.Find(labels, left - 1, owner) is { } found)
                {
                    return found;
                }
            }

            return null;
        }

        public Node ChildFor(string label)
        {
            if (Star(label) is not { } star)
            {
                _literals ??= new Dictionary<string, Node>(StringComparer.Ordinal);
                return _literals.TryGetValue(label, out var known) ? known : _literals[label] = new Node();
            }

            _partials ??= new Dictionary<string, Dictionary<string, Node>>(StringComparer.Ordinal);
            if (!_partials.TryGetValue(label[..star], out var group))
            {
                _partials[label[..star]] = group = new Dictionary<string, Node>(StringComparer.Ordinal);
                (_lengths ??= []).Add(star);
            }

            return group.TryGetValue(label, out var partial) ? partial : group[label] = new Node();
        }

        public void Remove(string[] labels, int left)
        {
            if (left == 0)
            {
                Claim = null;
                return;
            }

            var label = labels[left - 1];
            var siblings = Star(label) is { } star ? _partials?.GetValueOrDefault(label[..star]) : _literals;
            if (siblings?.GetValueOrDefault(label) is not { } child)
            {
                return;
            }

            child.Remove(labels, left - 1);
            if (child.IsEmpty)
            {
                siblings.Remove(label);
                DropEmptyGroup(label, siblings);
            }
        }

        private void DropEmptyGroup(string label, Dictionary<string, Node> siblings)
        {
            if (siblings.Count == 0 && Star(label) is { } star)
            {
                _partials!.Remove(label[..star]);
                if (!_partials.Keys.Any(prefix => prefix.Length == star))
                {
                    _lengths!.Remove(star);
                }
            }
        }

        private IEnumerable<Node> Candidates(string label)
        {
            var star = Star(label);
            var prefix = star is { } length ? label[..length] : label;
            if (star is null)
            {
                if (_literals?.GetValueOrDefault(label) is { } literal)
                {
                    yield return literal;
                }
            }
            else
            {
                foreach (var (text, node) in _literals ?? [])
                {
                    if (HostPatterns.LabelMatches(label, text))
                    {
                        yield return node;
                    }
                }
            }

            foreach (var group in Groups(prefix, alsoLonger: star is not null))
            {
                foreach (var (text, node) in group)
                {
                    if (HostPatterns.LabelMatches(text, label))
                    {
                        yield return node;
                    }
                }
            }
        }

        private IEnumerable<Dictionary<string, Node>> Groups(string prefix, bool alsoLonger)
        {
            foreach (var length in _lengths ?? [])
            {
                if (length <= prefix.Length && _partials!.TryGetValue(prefix[..length], out var group))
                {
                    yield return group;
                }
            }

            if (alsoLonger && _lengths is { Count: > 0 } && _lengths.Max > prefix.Length)
            {
                foreach (var (text, group) in _partials!)
                {
                    if (text.Length > prefix.Length && text.StartsWith(prefix, StringComparison.Ordinal))
                    {
                        yield return group;
                    }
                }
            }
        }

        private static int? Star(string label) => label.IndexOf('*', StringComparison.Ordinal) is >= 0 and var index ? index : null;
    }
}
