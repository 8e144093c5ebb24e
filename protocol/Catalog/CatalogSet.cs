using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// The complete configuration and its rules across entities (configuration.md §1.5): sources go in as they change, changes of the catalog come out. A
/// version that is broken, or that others stand in the way of, never displaces one that counts, and is tried again whenever that may help. Not
/// thread-safe: one reader owns it.
/// </summary>
public sealed class CatalogSet
{
    private readonly TenantClaims _tenants = new();
    private readonly ClientClaims _clients;
    private readonly CookieClaims _cookies;
    private readonly Dictionary<string, SourceChange.Broken> _broken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<ConfigurationProblem>> _reported = new(StringComparer.Ordinal);

    /// <summary>An empty configuration.</summary>
    /// <param name="cookieDomains"><c>COOKIE_DOMAINS</c>: host to cookie domain.</param>
    public CatalogSet(IReadOnlyDictionary<string, string> cookieDomains)
    {
        _clients = new ClientClaims(_tenants);
        _cookies = new CookieClaims(cookieDomains);
    }

    /// <summary>Names of all tenants that count.</summary>
    public IEnumerable<string> TenantNames => _tenants.Names;

    /// <summary>Idents of all clients that count.</summary>
    public IEnumerable<Guid> ClientIdents => _clients.Idents;

    /// <summary>All sources anything is known of.</summary>
    public IEnumerable<string> Sources => _tenants.Sources.Concat(_clients.Sources).Concat(_broken.Keys).Distinct();

    /// <summary>Everything that is wrong now.</summary>
    public IEnumerable<ConfigurationProblem> AllProblems => _reported.Values.SelectMany(static problems => problems);

    /// <summary>The tenant that counts under a name, as the catalog should hold it, or null.</summary>
    /// <param name="name">Exact name.</param>
    public TenantEntry? Tenant(string name) =>
        _tenants.Find(name) is { } entry ? entry with { Tenant = entry.Tenant with { CookieSuffix = _cookies.SuffixOf(name) } } : null;

    /// <summary>The client that counts under an ident, or null.</summary>
    /// <param name="ident">The ident.</param>
    public ClientEntry? Client(Guid ident) => _clients.Find(ident);

    /// <summary>Whether a source is there and cannot be read: its last good version counts.</summary>
    /// <param name="source">The source.</param>
    public bool IsBroken(string source) => _broken.ContainsKey(source);

    /// <summary>
    /// Takes over what a catalog already holds, before anything was read: what runs keeps its names, hosts and cookies, also over a restart, and a
    /// file that was broken meanwhile does not end its tenant.
    /// </summary>
    /// <param name="tenants">Tenants of the catalog.</param>
    /// <param name="clients">Clients of the catalog.</param>
    public void Seed(IEnumerable<TenantEntry> tenants, IEnumerable<ClientEntry> clients)
    {
        foreach (var entry in tenants)
        {
            _cookies.Seed(entry.Tenant);
            _tenants.Seed(entry with { Tenant = entry.Tenant with { CookieSuffix = "" } });
        }

        foreach (var entry in clients)
        {
            _clients.Seed(entry);
        }
    }

    /// <summary>
    /// Takes over what a catalog holds of sources that cannot be read now. Others may have read a version this set has never seen, and a broken file must
    /// neither put an older one in its place nor remove it.
    /// </summary>
    /// <param name="tenants">Tenants of the catalog.</param>
    /// <param name="clients">Clients of the catalog.</param>
    public void Adopt(IEnumerable<TenantEntry> tenants, IEnumerable<ClientEntry> clients)
    {
        var read = tenants.Where(entry => _broken.ContainsKey(entry.Source))
            .Select(static SourceChange (entry) => new SourceChange.ToTenant(entry with { Tenant = entry.Tenant with { CookieSuffix = "" } }, default, []))
            .Concat(clients.Where(entry => _broken.ContainsKey(entry.Source)).Select(static SourceChange (entry) => new SourceChange.ToClient(entry, default, []))).ToList();
        var broken = read.ConvertAll(change => (SourceChange)_broken[change.Source]);
        Apply(read);
        Apply(broken);
    }

    /// <summary>Applies what became of some sources.</summary>
    /// <param name="changes">Each source at most once.</param>
    public CatalogOutcome Apply(IReadOnlyCollection<SourceChange> changes)
    {
        var touches = new CatalogTouches();
        _tenants.Apply(changes, touches);
        UpdateCookies(touches);
        _clients.Apply(changes, touches);
        NoteBroken(changes, touches);
        var outcome = Changes(touches);
        var (raised, healed) = Report(touches.Sources);
        return outcome with { Raised = raised, Healed = healed };
    }

    private void UpdateCookies(CatalogTouches touches)
    {
        var affected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in touches.Tenants.Keys.Where(name => _tenants.Find(name) is null))
        {
            affected.UnionWith(_cookies.Remove(name));
        }

        foreach (var (name, before) in touches.Tenants)
        {
            if (_tenants.Find(name) is { } entry && !ReferenceEquals(entry, before))
            {
                affected.UnionWith(_cookies.Update(entry.Tenant));
            }
        }

        touches.Sources.UnionWith(affected.Select(name => _tenants.Find(name)?.Source).OfType<string>());
    }

    private void NoteBroken(IReadOnlyCollection<SourceChange> changes, CatalogTouches touches)
    {
        foreach (var change in changes)
        {
            _broken.Remove(change.Source);
            if (change is SourceChange.Broken broken)
            {
                _broken[change.Source] = broken;
            }

            touches.Sources.Add(change.Source);
        }
    }

    private CatalogOutcome Changes(CatalogTouches touches)
    {
        var tenants = ImmutableArray.CreateBuilder<TenantEntry>();
        var removedTenants = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, before) in touches.Tenants)
        {
            var now = _tenants.Find(name);
            if (now is null && before is not null)
            {
                removedTenants.Add(name);
            }
            else if (now is not null && !ReferenceEquals(now, before))
            {
                tenants.Add(Tenant(name)!);
            }
        }

        var clients = ImmutableArray.CreateBuilder<ClientEntry>();
        var removedClients = ImmutableArray.CreateBuilder<Guid>();
        foreach (var (ident, before) in touches.Clients)
        {
            var now = _clients.Find(ident);
            if (now is null && before is not null)
            {
                removedClients.Add(ident);
            }
            else if (now is not null && !ReferenceEquals(now, before))
            {
                clients.Add(now);
            }
        }

        return new CatalogOutcome
        {
            Tenants = tenants.ToImmutable(),
            Clients = clients.ToImmutable(),
            RemovedTenants = removedTenants.ToImmutable(),
            RemovedClients = removedClients.ToImmutable(),
        };
    }

    private (ImmutableArray<ConfigurationProblem> Raised, ImmutableArray<ConfigurationProblem> Healed) Report(HashSet<string> sources)
    {
        var raised = ImmutableArray.CreateBuilder<ConfigurationProblem>();
        var healed = ImmutableArray.CreateBuilder<ConfigurationProblem>();
        foreach (var source in sources.Order(StringComparer.Ordinal))
        {
            var before = _reported.GetValueOrDefault(source, []);
            ImmutableArray<ConfigurationProblem> now = [.. ProblemsOf(source).OrderBy(static problem => problem.Line)];
            raised.AddRange(now.Except(before));
            healed.AddRange(before.Except(now));
            if (now.IsEmpty)
            {
                _reported.Remove(source);
            }
            else
            {
                _reported[source] = now;
            }
        }

        return (raised.ToImmutable(), healed.ToImmutable());
    }

    private ImmutableArray<ConfigurationProblem> ProblemsOf(string source)
    {
        if (_broken.TryGetValue(source, out var broken))
        {
            return broken.Errors;
        }

        if (_tenants.Slot(source) is { } tenant)
        {
            return [.. tenant.Own, .. tenant.Obstacles, .. CookieWarning(tenant)];
        }

        return _clients.Slot(source) is { } client ? [.. client.Own, .. client.Obstacles, .. _clients.Warnings(client)] : [];
    }

    private ImmutableArray<ConfigurationProblem> CookieWarning(SourceSlot<TenantEntry> slot) =>
        slot.Accepted is { } entry && _cookies.Warning(entry.Tenant.Name) is { } warning
            ? [Problems.CookieShared.At(slot.Source, slot.Lines.Name, "", warning)]
            : [];
}
