using System.Collections.Immutable;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>
/// Keys of grains and records about a name or an address: <c>tenant|segment|hash</c>. The hash is an HMAC under the tenant's name key, so that whoever
/// reads storage, logs or dashboards learns neither names nor addresses, and cannot try them out either.
/// </summary>
public static class NamedKeys
{
    /// <summary>Stands between the parts of a key.</summary>
    public const char Separator = '|';

    /// <summary>The key of something of a tenant.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="segment">What kind of thing it is.</param>
    /// <param name="nameKey">The tenant's name key.</param>
    /// <param name="what">The name; hashed.</param>
    public static string Of(string tenant, string segment, ImmutableArray<byte> nameKey, string what)
    {
        // Kind and tenant are hashed too: the same text never gives the same hash in two places.
        Span<byte> hash = stackalloc byte[KeyedHashes.Length];
        KeyedHashes.Of(nameKey, Encoding.UTF8.GetBytes($"{segment}\0{tenant}\0{what}"), hash);
        return $"{tenant}{Separator}{segment}{Separator}{Convert.ToHexStringLower(hash)}";
    }
}
