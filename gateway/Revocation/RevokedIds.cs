using System.Collections.Concurrent;
using Uitsmijter.Actors.GrainInterfaces.Revocation;

namespace Uitsmijter.Actors.Gateway.Revocation;

/// <summary>The revoked ids of one shard. Ids are only ever added, and dropped when no token of theirs can live any more.</summary>
internal sealed class RevokedIds
{
    // One table per kind: a question costs one look-up and allocates nothing.
    private readonly ConcurrentDictionary<string, DateTimeOffset>[] _byKind =
        [.. Enum.GetValues<RevocationKind>().Select(static _ => new ConcurrentDictionary<string, DateTimeOffset>(StringComparer.Ordinal))];

    /// <summary>How many ids are held.</summary>
    public int Count => _byKind.Sum(static ids => ids.Count);

    /// <summary>Whether the id is revoked.</summary>
    public bool Contains(RevocationKind kind, string id) => _byKind[(int)kind].ContainsKey(id);

    /// <summary>Adds an entry; a later end wins.</summary>
    public void Add(RevocationEntry entry)
    {
        if ((int)entry.Kind >= 0 && (int)entry.Kind < _byKind.Length)
        {
            _byKind[(int)entry.Kind].AddOrUpdate(
                entry.Id,
                static (_, until) => until,
                static (_, held, until) => until > held ? until : held,
                entry.Until);
        }
    }

    /// <summary>Takes over what another table holds: an id once seen revoked is never valid again, whatever a feed read anew says.</summary>
    public void AddAll(RevokedIds others)
    {
        for (var kind = 0; kind < _byKind.Length; kind++)
        {
            foreach (var (id, until) in others._byKind[kind])
            {
                Add(new RevocationEntry((RevocationKind)kind, id, until));
            }
        }
    }

    /// <summary>What this table holds and another one does not.</summary>
    /// <param name="others">The other table.</param>
    /// <param name="instant">Entries that ended before it are left out.</param>
    public IEnumerable<RevocationEntry> MissingIn(RevokedIds others, DateTimeOffset instant)
    {
        for (var kind = 0; kind < _byKind.Length; kind++)
        {
            foreach (var (id, until) in _byKind[kind])
            {
                if (until >= instant && !others._byKind[kind].ContainsKey(id))
                {
                    yield return new RevocationEntry((RevocationKind)kind, id, until);
                }
            }
        }
    }

    /// <summary>Drops what ended before an instant.</summary>
    public void DropEndedBefore(DateTimeOffset instant)
    {
        foreach (var ids in _byKind)
        {
            foreach (var entry in ids)
            {
                if (entry.Value < instant)
                {
                    // The pair, not the key: an entry prolonged meanwhile stays.
                    ids.TryRemove(entry);
                }
            }
        }
    }
}
