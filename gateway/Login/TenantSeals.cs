using System.Collections.Concurrent;
using Microsoft.AspNetCore.DataProtection;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>The protectors of one use, by purpose and tenant: each works out what it binds a value to once instead of for every value.</summary>
/// <param name="protection">Makes them.</param>
/// <param name="use">The use.</param>
internal sealed class TenantSeals(IDataProtectionProvider protection, string use)
{
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<(string Purpose, string Tenant), IDataProtector> _known = new();

    /// <summary>Of a tenant of ours; remembered.</summary>
    /// <param name="tenant">Its name, from the catalog.</param>
    /// <param name="purpose">What for, within the use.</param>
    public IDataProtector Of(string tenant, string purpose)
    {
        if (_known.TryGetValue((purpose, tenant), out var known))
        {
            return known;
        }

        var made = OfAny(tenant, purpose);
        if (_known.Count < Most)
        {
            _known.TryAdd((purpose, tenant), made);
        }

        return made;
    }

    /// <summary>Of whatever a stranger calls a tenant: not remembered, or they could fill memory with names.</summary>
    /// <param name="tenant">The name.</param>
    /// <param name="purpose">As at <see cref="Of"/>.</param>
    public IDataProtector OfAny(string tenant, string purpose) =>
        _known.TryGetValue((purpose, tenant), out var known) ? known : protection.CreateProtector(use, purpose, tenant);
}
