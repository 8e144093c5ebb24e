using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// Gives tenants whose login cookies would meet in a browser different cookie names (design §4, cookie flags). A cookie with a domain is sent to every
/// host below it, so tenants meet where one's cookie domain is, or lies above, a cookie domain or host of the other. Who has the plain name keeps it; a
/// suffix once given stays, because another name logs everybody out.
/// </summary>
/// <param name="cookieDomains"><c>COOKIE_DOMAINS</c>: host to cookie domain.</param>
internal sealed class CookieClaims(IReadOnlyDictionary<string, string> cookieDomains)
{
    private readonly Dictionary<string, Claim> _claims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _suffixes = new(StringComparer.Ordinal);

    // Of tenants with the plain name: who sets cookies for a domain, and whose domains and hosts lie at or below a name.
    private readonly Dictionary<string, string> _domains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _below = new(StringComparer.Ordinal);

    // Of tenants with the plain name: who got a suffix because of them.
    private readonly Dictionary<string, SortedSet<string>> _others = new(StringComparer.Ordinal);

    /// <summary>The suffix of a tenant that was given one, or empty.</summary>
    public string SuffixOf(string tenant) => _claims.GetValueOrDefault(tenant)?.Suffix ?? "";

    /// <summary>Takes over a tenant with the suffix it had.</summary>
    public void Seed(Tenant tenant) => Put(tenant, tenant.CookieSuffix);

    /// <summary>Gives a new or edited tenant its suffix.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <returns>The names of tenants whose warnings may have changed.</returns>
    public IEnumerable<string> Update(Tenant tenant)
    {
        var kept = SuffixOf(tenant.Name);
        var affected = Remove(tenant.Name).ToHashSet(StringComparer.Ordinal);
        var claim = ClaimOf(tenant, kept);
        if (kept.Length > 0)
        {
            Put(tenant, kept);
        }
        else if (Meets(claim) is { } holder)
        {
            Put(tenant, NewSuffix(tenant.Name));
            affected.Add(holder);
        }
        else
        {
            Put(tenant, "");
        }

        return affected;
    }

    /// <summary>Forgets a tenant.</summary>
    /// <returns>The names of tenants whose warnings may have changed.</returns>
    public IEnumerable<string> Remove(string tenant)
    {
        if (!_claims.Remove(tenant, out var claim))
        {
            return [];
        }

        if (claim.Suffix.Length > 0)
        {
            _suffixes.Remove(claim.Suffix);
            var holders = _others.Where(pair => pair.Value.Contains(tenant)).Select(static pair => pair.Key).ToList();
            holders.ForEach(holder => _others[holder].Remove(tenant));
            return holders;
        }

        foreach (var domain in claim.Domains.Where(domain => _domains.GetValueOrDefault(domain) == tenant))
        {
            _domains.Remove(domain);
        }

        foreach (var name in claim.Points.SelectMany(AtAndAbove))
        {
            if (_below.TryGetValue(name, out var holders) && holders.Remove(tenant) && holders.Count == 0)
            {
                _below.Remove(name);
            }
        }

        return _others.Remove(tenant, out var others) ? others : [];
    }

    /// <summary>The tenant whose cookies meet this one's, with what both should know; null when there is none.</summary>
    public string? Warning(string tenant)
    {
        if (!_claims.TryGetValue(tenant, out var claim))
        {
            return null;
        }

        if (claim.Suffix.Length > 0)
        {
            return Meets(claim) is { } holder
                ? $"login cookies of this tenant and of {ProblemList.Quote(holder)} reach the same hosts, so this tenant's cookie has the suffix {claim.Suffix}. Applications there see both."
                : null;
        }

        return _others.GetValueOrDefault(tenant) is { Count: > 0 } others
            ? $"login cookies of this tenant reach hosts of {others.Count} other tenants, first {ProblemList.Quote(others.Min!)}. Applications there see both."
            : null;
    }

    private void Put(Tenant tenant, string suffix)
    {
        var claim = ClaimOf(tenant, suffix);
        _claims[tenant.Name] = claim;
        if (suffix.Length > 0)
        {
            _suffixes.Add(suffix);
            if (Meets(claim) is { } holder)
            {
                SetOf(_others, holder).Add(tenant.Name);
            }

            return;
        }

        foreach (var domain in claim.Domains)
        {
            _domains[domain] = tenant.Name;
        }

        foreach (var name in claim.Points.SelectMany(AtAndAbove))
        {
            if (!_below.TryGetValue(name, out var holders))
            {
                _below[name] = holders = new HashSet<string>(StringComparer.Ordinal);
            }

            holders.Add(tenant.Name);
        }
    }

    /// <summary>A tenant with the plain name whose cookies meet the claim's, or null.</summary>
    private string? Meets(Claim claim)
    {
        foreach (var point in claim.Points)
        {
            foreach (var name in AtAndAbove(point))
            {
                if (_domains.TryGetValue(name, out var holder))
                {
                    return holder;
                }
            }
        }

        foreach (var domain in claim.Domains)
        {
            if (_below.TryGetValue(domain, out var holders))
            {
                return holders.Min(StringComparer.Ordinal);
            }
        }

        return null;
    }

    private Claim ClaimOf(Tenant tenant, string suffix)
    {
        var hosts = tenant.Hosts.Select(Base).ToArray();
        string?[] domains =
        [
            tenant.Interceptor.Cookie ?? tenant.Interceptor.Domain?.Split(':')[0],
            .. tenant.Hosts.Where(static host => !host.Contains('*', StringComparison.Ordinal)).Select(host => cookieDomains.GetValueOrDefault(host, host)),
        ];

        // No browser keeps a cookie for a whole top-level domain or for the domain localhost (RFC 6265 §5.3 step 5).
        ImmutableArray<string> usable =
        [
            .. domains.OfType<string>().Select(static domain => domain.TrimStart('.')).Where(static domain => domain.Contains('.', StringComparison.Ordinal)).Distinct(),
        ];
        return new Claim(suffix, usable, [.. hosts.Concat(usable).Where(static name => name.Length > 0).Distinct()]);
    }

    private string NewSuffix(string tenant)
    {
        const int HashCharacters = 8;
        var slug = Slug.Of(tenant);
        var suffix = "-" + slug;
        return slug.Length > 0 && !_suffixes.Contains(suffix)
            ? suffix
            : $"{suffix}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tenant)))[..HashCharacters]}".Replace("--", "-", StringComparison.Ordinal);
    }

    // All hosts of "*.a.example.com" lie below a.example.com.
    private static string Base(string host)
    {
        var star = host.LastIndexOf('*');
        var dot = star < 0 ? -1 : host.IndexOf('.', star);
        return star < 0 ? host : dot < 0 ? "" : host[(dot + 1)..];
    }

    private static IEnumerable<string> AtAndAbove(string name)
    {
        for (var rest = name; rest.Contains('.', StringComparison.Ordinal); rest = rest[(rest.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            yield return rest;
        }
    }

    private static SortedSet<string> SetOf(Dictionary<string, SortedSet<string>> sets, string key) =>
        sets.TryGetValue(key, out var set) ? set : sets[key] = new SortedSet<string>(StringComparer.Ordinal);

    private sealed record Claim(string Suffix, ImmutableArray<string> Domains, ImmutableArray<string> Points);
}
