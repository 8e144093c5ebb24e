using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// All client sources, and which of their versions count. An ident is unique; who has it keeps it. One edited client costs the same however many
/// there are.
/// </summary>
/// <param name="tenants">The tenants that count.</param>
internal sealed class ClientClaims(TenantClaims tenants)
{
    private readonly Dictionary<string, SourceSlot<ClientEntry>> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, SourceSlot<ClientEntry>> _byIdent = [];
    private readonly Dictionary<Guid, SortedSet<string>> _waiting = [];
    private readonly Dictionary<string, HashSet<string>> _byTenant = new(StringComparer.Ordinal);

    /// <summary>Idents of all clients that count.</summary>
    public IEnumerable<Guid> Idents => _byIdent.Keys;

    /// <summary>All sources.</summary>
    public IEnumerable<string> Sources => _slots.Keys;

    /// <summary>The client that counts under an ident, or null.</summary>
    public ClientEntry? Find(Guid ident) => _byIdent.GetValueOrDefault(ident)?.Accepted;

    /// <summary>What is known about a source, or null.</summary>
    public SourceSlot<ClientEntry>? Slot(string source) => _slots.GetValueOrDefault(source);

    /// <summary>Takes over a client that counted before.</summary>
    public void Seed(ClientEntry entry)
    {
        var slot = SlotFor(entry.Source);
        slot.Accepted = entry;
        _byIdent[entry.Client.Ident] = slot;
        Index(slot);
    }

    /// <summary>Applies changes, and what touched tenants mean for their clients.</summary>
    public void Apply(IReadOnlyCollection<SourceChange> changes, CatalogTouches touches)
    {
        var round = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            Take(change, touches, round);
        }

        foreach (var name in touches.Tenants.Keys)
        {
            round.UnionWith(_byTenant.GetValueOrDefault(name) ?? []);
        }

        ReleaseExchanged(round, touches);
        while (round.Count > 0)
        {
            var source = round.Min!;
            round.Remove(source);
            if (_slots.TryGetValue(source, out var slot))
            {
                Settle(slot, touches, round);
            }
        }
    }

    /// <summary>What a person should know about a client that counts.</summary>
    public ImmutableArray<ConfigurationProblem> Warnings(SourceSlot<ClientEntry> slot) =>
        slot.Accepted is { } entry && tenants.Find(entry.Client.TenantName) is null
            ? [Problems.TenantMissing.At(
                slot.Source,
                slot.Lines.TenantName,
                "config.tenantname",
                $"there is no tenant {ProblemList.Quote(entry.Client.TenantName)}: the client is kept and works as soon as there is one. Names are case-sensitive.")]
            : [];

    private void Take(SourceChange change, CatalogTouches touches, SortedSet<string> round)
    {
        switch (change)
        {
            case SourceChange.ToClient(var entry, var lines, _):
                StopWaiting(SlotFor(change.Source)).Wanted = entry;
                SlotFor(change.Source).Lines = lines;
                break;
            case SourceChange.Broken when _slots.TryGetValue(change.Source, out var broken):
                StopWaiting(broken).Wanted = null;
                break;
            case SourceChange.Gone when _slots.Remove(change.Source, out var gone):
                Release(StopWaiting(gone), touches, round);
                gone.Wanted = null;
                Index(gone);
                touches.Sources.Add(change.Source);
                return;
            default:
                return;
        }

        var slot = _slots[change.Source];
        slot.Own = change.Problems;
        round.Add(change.Source);
    }

    // Two clients may exchange their idents in one edit (files renamed crosswise): each alone would be refused.
    private void ReleaseExchanged(SortedSet<string> round, CatalogTouches touches)
    {
        var moving = round.Select(source => _slots[source])
            .Where(static slot => slot is { Accepted: { } old, Wanted: { } wanted } && old.Client.Ident != wanted.Client.Ident)
            .ToHashSet();
        if (moving.Count < 2
            || moving.Select(static slot => slot.Wanted!.Client.Ident).Distinct().Count() < moving.Count
            || moving.Any(slot => WhyRefused(slot.Wanted!) is not null)
            || moving.Any(slot => _byIdent.TryGetValue(slot.Wanted!.Client.Ident, out var owner) && !moving.Contains(owner)))
        {
            return;
        }

        foreach (var slot in moving)
        {
            Release(slot, touches, []);
        }
    }

    private void Settle(SourceSlot<ClientEntry> slot, CatalogTouches touches, SortedSet<string> round)
    {
        touches.Sources.Add(slot.Source);
        if (slot.Accepted is { } entry && WhyRefused(entry) is not null)
        {
            // The tenant's owner withdrew the permission: the client goes at once, and comes back with it.
            Release(slot, touches, round);
            slot.Wanted ??= entry;
        }

        slot.Obstacles = slot.Wanted is null ? [] : Obstacles(slot);
        if (slot.Wanted is { } wanted && slot.Obstacles.IsEmpty)
        {
            Release(slot, touches, round);
            StopWaiting(slot);
            slot.Accepted = wanted;
            slot.Wanted = null;
            _byIdent[wanted.Client.Ident] = slot;
            touches.Client(wanted.Client.Ident, null);
        }

        Index(slot);
    }

    private ImmutableArray<ConfigurationProblem> Obstacles(SourceSlot<ClientEntry> slot)
    {
        var wanted = slot.Wanted!;
        if (WhyRefused(wanted) is { } why)
        {
            return [Problems.NamespaceRefused.At(slot.Source, slot.Lines.TenantName, "config.tenantname", why)];
        }

        if (_byIdent.TryGetValue(wanted.Client.Ident, out var owner) && owner != slot)
        {
            Wait(wanted.Client.Ident, slot.Source);
            return
            [
                Problems.IdentTaken.At(
                    slot.Source,
                    slot.Lines.Ident,
                    "config.ident",
                    $"ident {wanted.Client.Ident} already belongs to client {ProblemList.Quote(owner.Accepted!.Client.Name)} ({owner.Source}): make a new one with uuidgen."),
            ];
        }

        return [];
    }

    private string? WhyRefused(ClientEntry entry)
    {
        const string Everyone = "*";
        var client = entry.Client;
        return tenants.Find(client.TenantName)?.Tenant is { } tenant
            && tenant.Namespace != client.Namespace
            && !tenant.AllowedClientNamespaces.Contains(Everyone)
            && !tenant.AllowedClientNamespaces.Contains(client.Namespace)
                ? $"tenant {ProblemList.Quote(tenant.Name)} does not accept clients of namespace {ProblemList.Quote(client.Namespace)}: its owner can add it to allowed_client_namespaces."
                : null;
    }

    private void Release(SourceSlot<ClientEntry> slot, CatalogTouches touches, SortedSet<string> round)
    {
        if (slot.Accepted is not { } entry)
        {
            return;
        }

        touches.Client(entry.Client.Ident, entry);
        _byIdent.Remove(entry.Client.Ident);
        slot.Accepted = null;
        round.UnionWith(_waiting.GetValueOrDefault(entry.Client.Ident) ?? []);
    }

    private void Wait(Guid ident, string source)
    {
        if (!_waiting.TryGetValue(ident, out var sources))
        {
            _waiting[ident] = sources = new SortedSet<string>(StringComparer.Ordinal);
        }

        sources.Add(source);
    }

    private SourceSlot<ClientEntry> StopWaiting(SourceSlot<ClientEntry> slot)
    {
        if (slot.Wanted?.Client.Ident is { } ident && _waiting.TryGetValue(ident, out var sources))
        {
            sources.Remove(slot.Source);
            if (sources.Count == 0)
            {
                _waiting.Remove(ident);
            }
        }

        return slot;
    }

    /// <summary>Keeps the lists of clients per tenant: a client stands under the tenants of both its versions.</summary>
    private void Index(SourceSlot<ClientEntry> slot)
    {
        string?[] names = [slot.Accepted?.Client.TenantName, slot.Wanted?.Client.TenantName];
        foreach (var name in slot.IndexedUnder.Except(names).OfType<string>())
        {
            _byTenant[name].Remove(slot.Source);
            if (_byTenant[name].Count == 0)
            {
                _byTenant.Remove(name);
            }
        }

        foreach (var name in names.OfType<string>())
        {
            if (!_byTenant.TryGetValue(name, out var sources))
            {
                _byTenant[name] = sources = new HashSet<string>(StringComparer.Ordinal);
            }

            sources.Add(slot.Source);
        }

        slot.IndexedUnder = [.. names.OfType<string>()];
    }

    private SourceSlot<ClientEntry> SlotFor(string source) =>
        _slots.TryGetValue(source, out var slot) ? slot : _slots[source] = new SourceSlot<ClientEntry>(source);
}
