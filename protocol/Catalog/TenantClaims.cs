namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// All tenant sources, and which of their versions count. Names and hosts are unique; who has them keeps them, and among newcomers the order
/// of the sources decides, so that the same files give the same tenants however they were read.
/// </summary>
internal sealed class TenantClaims
{
    private readonly Dictionary<string, SourceSlot<TenantEntry>> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceSlot<TenantEntry>> _byName = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _waiting = new(StringComparer.Ordinal);
    private readonly HostClaims _hosts = new();

    /// <summary>Names of all tenants that count.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>All sources.</summary>
    public IEnumerable<string> Sources => _slots.Keys;

    /// <summary>The tenant that counts under a name, or null.</summary>
    public TenantEntry? Find(string name) => _byName.GetValueOrDefault(name)?.Accepted;

    /// <summary>What is known about a source, or null.</summary>
    public SourceSlot<TenantEntry>? Slot(string source) => _slots.GetValueOrDefault(source);

    /// <summary>Takes over a tenant that counted before.</summary>
    public void Seed(TenantEntry entry)
    {
        var slot = SlotFor(entry.Source);
        slot.Accepted = entry;
        Claim(slot);
    }

    /// <summary>Applies changes; notes every name and source whose standing may have changed.</summary>
    public void Apply(IReadOnlyCollection<SourceChange> changes, CatalogTouches touches)
    {
        foreach (var change in changes)
        {
            Take(change, touches);
        }

        var edits = changes.Select(change => _slots.GetValueOrDefault(change.Source)).OfType<SourceSlot<TenantEntry>>()
            .Where(static slot => slot is { Accepted: not null, Wanted: not null }).ToList();
        AcceptTogether(edits, touches);
        while (AcceptWaiting(touches))
        {
            // Somebody gave a name or host up: another may have waited for it.
        }

        foreach (var source in _waiting)
        {
            _slots[source].Obstacles = [.. Obstacles(_slots[source])];
            touches.Sources.Add(source);
        }
    }

    private void Take(SourceChange change, CatalogTouches touches)
    {
        switch (change)
        {
            case SourceChange.ToTenant(var entry, var lines, _):
                SlotFor(change.Source).Wanted = entry;
                SlotFor(change.Source).Lines = lines;
                _waiting.Add(change.Source);
                break;
            case SourceChange.Broken when _slots.TryGetValue(change.Source, out var broken):
                broken.Wanted = null;
                _waiting.Remove(change.Source);
                break;
            case SourceChange.Gone when _slots.Remove(change.Source, out var gone):
                Release(gone, touches);
                _waiting.Remove(change.Source);
                break;
            default:
                return;
        }

        touches.Sources.Add(change.Source);
        if (_slots.TryGetValue(change.Source, out var slot))
        {
            slot.Own = change.Problems;
            slot.Obstacles = [];
        }
    }

    // Two tenants may exchange a host in one edit: each alone would be refused, both together are fine.
    private void AcceptTogether(List<SourceSlot<TenantEntry>> edits, CatalogTouches touches)
    {
        if (edits.Count < 2)
        {
            return;
        }

        var before = edits.ConvertAll(static slot => (slot.Accepted, slot.Wanted));
        edits.ForEach(slot => Release(slot, touches));
        if (edits.TrueForAll(slot => TryAccept(slot, touches)))
        {
            return;
        }

        edits.ForEach(slot => Release(slot, touches));
        for (var i = 0; i < edits.Count; i++)
        {
            (edits[i].Accepted, edits[i].Wanted) = before[i];
            Claim(edits[i]);
            _waiting.Add(edits[i].Source);
        }
    }

    /// <summary>Tries every waiting source once; true when that may have made room for another.</summary>
    private bool AcceptWaiting(CatalogTouches touches)
    {
        var madeRoom = false;
        foreach (var source in _waiting.ToArray())
        {
            var slot = _slots[source];
            var edited = slot.Accepted is not null;
            madeRoom |= TryAccept(slot, touches) && edited;
        }

        return madeRoom && _waiting.Count > 0;
    }

    private bool TryAccept(SourceSlot<TenantEntry> slot, CatalogTouches touches)
    {
        if (Obstacles(slot).Any())
        {
            return false;
        }

        Release(slot, touches);
        slot.Accepted = slot.Wanted;
        slot.Wanted = null;
        slot.Obstacles = [];
        Claim(slot);
        _waiting.Remove(slot.Source);
        touches.Tenant(slot.Accepted!.Tenant.Name, null);
        touches.Sources.Add(slot.Source);
        return true;
    }

    private IEnumerable<ConfigurationProblem> Obstacles(SourceSlot<TenantEntry> slot)
    {
        var tenant = slot.Wanted!.Tenant;
        if (_byName.TryGetValue(tenant.Name, out var namesake) && namesake != slot)
        {
            yield return Problems.TenantTaken.At(
                slot.Source, slot.Lines.Name, "name", $"tenant {ProblemList.Quote(tenant.Name)} already comes from {namesake.Source}: rename or remove one.");
            yield break;
        }

        foreach (var host in tenant.Hosts)
        {
            if (_hosts.FindOther(host, slot.Source) is var (pattern, owner))
            {
                var other = _slots[owner].Accepted!.Tenant.Name;
                var relation = pattern == host ? "" : $" as part of {pattern}";
                yield return Problems.HostTaken.At(
                    slot.Source, slot.Lines.Hosts, "config.hosts", $"host {host} already belongs to tenant {ProblemList.Quote(other)} ({owner}){relation}: remove it from one of them.");
            }
        }
    }

    private void Claim(SourceSlot<TenantEntry> slot)
    {
        _byName[slot.Accepted!.Tenant.Name] = slot;
        foreach (var host in slot.Accepted.Tenant.Hosts)
        {
            _hosts.Add(host, slot.Source);
        }
    }

    private void Release(SourceSlot<TenantEntry> slot, CatalogTouches touches)
    {
        if (slot.Accepted is not { } entry)
        {
            return;
        }

        touches.Tenant(entry.Tenant.Name, entry);
        _byName.Remove(entry.Tenant.Name);
        foreach (var host in entry.Tenant.Hosts)
        {
            _hosts.Remove(host);
        }

        slot.Accepted = null;
    }

    private SourceSlot<TenantEntry> SlotFor(string source) =>
        _slots.TryGetValue(source, out var slot) ? slot : _slots[source] = new SourceSlot<TenantEntry>(source);
}
