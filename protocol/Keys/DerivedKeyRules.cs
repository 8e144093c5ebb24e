using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>
/// Keys every silo derives by itself from the two secrets of the cluster, so that they need no storage and no agreement.
/// HKDF-SHA-256 (RFC 5869): input <c>KEY_ENCRYPTION_SECRET</c>, salt SHA-256 of <c>JWT_SECRET</c>, info purpose and tenant.
/// </summary>
/// <remarks>Both secrets take part: whoever knows <c>JWT_SECRET</c>, as every application of an HS256 tenant does, still cannot mint a login cookie.</remarks>
public static class DerivedKeyRules
{
    private const int KeyBytes = 32;
    private const int KidBytes = 8;
    private const string CookiePurpose = "uitsmijter/sso-cookie/v1|";
    private const string NamePurpose = "uitsmijter/name-key/v1|";
    private const string KidPurpose = "uitsmijter/kid/v1";

    /// <summary>Keys of a tenant's login cookie, 256 bits each. The first one signs; cookies under any of them are still good.</summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="tenant">Tenant name.</param>
    /// <returns>Current with current first, then every combination with a previous secret: the two may be changed one after the other.</returns>
    public static ImmutableArray<ImmutableArray<byte>> CookieKeys(KeySecrets secrets, string tenant)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var keys = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        foreach (var encryption in secrets.KeyEncryption)
        {
            foreach (var jwt in secrets.Jwt)
            {
                keys.Add(Derive(encryption.AsSpan(), jwt.AsSpan(), CookiePurpose + tenant));
            }
        }

        return keys.ToImmutable();
    }

    /// <summary>The key of hashes that stand for names and addresses in grain keys of a tenant, 256 bits.</summary>
    /// <param name="secrets">The cluster's secrets; only the current ones count.</param>
    /// <param name="tenant">Tenant name.</param>
    public static ImmutableArray<byte> NameKey(KeySecrets secrets, string tenant)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        return Derive(secrets.KeyEncryption[0].AsSpan(), secrets.Jwt[0].AsSpan(), NamePurpose + tenant);
    }

    /// <summary>The name keys of a tenant under current and previous secrets, the current one first: what was stored under a hash is found after a change of secrets.</summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="tenant">Tenant name.</param>
    public static ImmutableArray<ImmutableArray<byte>> NameKeys(KeySecrets secrets, string tenant)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var keys = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        foreach (var encryption in secrets.KeyEncryption)
        {
            foreach (var jwt in secrets.Jwt)
            {
                keys.Add(Derive(encryption.AsSpan(), jwt.AsSpan(), NamePurpose + tenant));
            }
        }

        return keys.ToImmutable();
    }

    /// <summary>A short id of a symmetric key that tells nothing about it.</summary>
    /// <param name="key">The key.</param>
    public static string KidOf(ReadOnlySpan<byte> key)
    {
        Span<byte> id = stackalloc byte[KidBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, id, salt: [], info: Encoding.UTF8.GetBytes(KidPurpose));
        return Convert.ToHexStringLower(id);
    }

    private static ImmutableArray<byte> Derive(ReadOnlySpan<byte> encryption, ReadOnlySpan<byte> jwt, string info)
    {
        var key = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, encryption, key, SHA256.HashData(jwt), Encoding.UTF8.GetBytes(info));
        return ImmutableCollectionsMarshal.AsImmutableArray(key);
    }
}

