using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>Rotation of refresh tokens with reuse detection and a grace window (RFC 9700 §4.14, design §2). Pure: instant and random bytes are parameters.</summary>
public static class RefreshRules
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private static readonly byte[] _successorKey = Encoding.ASCII.GetBytes("uitsmijter/refresh-successor/v1");

    /// <summary>The first token of a family.</summary>
    /// <param name="secret">Its secret.</param>
    /// <param name="tagKey">The family's tag key.</param>
    /// <param name="now">The instant.</param>
    /// <param name="idle">Life of a token that is not used.</param>
    /// <param name="absolute">Life of the family.</param>
    /// <param name="notAfter">The family ends here at the latest, or null.</param>
    public static RefreshFamily First(string secret, ReadOnlySpan<byte> tagKey, DateTimeOffset now, TimeSpan idle, TimeSpan absolute, DateTimeOffset? notAfter)
    {
        var end = Earlier(now + absolute, notAfter ?? DateTimeOffset.MaxValue);
        return new RefreshFamily
        {
            TagKey = Base64Url.EncodeToString(tagKey),
            Current = Digests.Of(secret),
            IssuedAt = now,
            ExpiresAt = Earlier(now + idle, end),
            AbsoluteEnd = end,
        };
    }

    /// <summary>What a presented secret is.</summary>
    /// <param name="family">The family.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="now">The instant.</param>
    /// <param name="grace">How long a rotated token still gets the same successor.</param>
    public static RefreshVerdict Judge(RefreshFamily family, string secret, DateTimeOffset now, TimeSpan grace)
    {
        // A clock that stepped back must not make an expired token good, nor a grace endless: both ends are compared.
        if (Digests.Matches(secret, family.Current))
        {
            return now < family.ExpiresAt && now < family.AbsoluteEnd ? RefreshVerdict.Current : RefreshVerdict.Expired;
        }

        if (family.Previous is { } previous && Digests.Matches(secret, previous))
        {
            var isInGrace = family.SealedSuccessor is not null && now < family.IssuedAt + grace && now >= family.IssuedAt - grace && now < family.ExpiresAt;
            return isInGrace ? RefreshVerdict.Retry : RefreshVerdict.Reused;
        }

        return RefreshTokenText.IsOfFamily(secret, Base64Url.DecodeFromChars(family.TagKey)) ? RefreshVerdict.Reused : RefreshVerdict.Unknown;
    }

    /// <summary>The family after a rotation.</summary>
    /// <param name="family">The family.</param>
    /// <param name="presented">The secret that was good until now.</param>
    /// <param name="successor">The secret that is good from now on.</param>
    /// <param name="nonce">Twelve random bytes.</param>
    /// <param name="now">The instant.</param>
    /// <param name="idle">Life of a token that is not used.</param>
    /// <param name="grace">Zero or less keeps no sealed successor.</param>
    public static RefreshFamily Rotate(RefreshFamily family, string presented, string successor, ReadOnlySpan<byte> nonce, DateTimeOffset now, TimeSpan idle, TimeSpan grace) => family with
    {
        Current = Digests.Of(successor),
        Previous = Digests.Of(presented),
        SealedSuccessor = grace > TimeSpan.Zero ? Seal(presented, successor, nonce) : null,
        IssuedAt = now,
        ExpiresAt = Earlier(now + idle, family.AbsoluteEnd),
    };

    /// <summary>The family once its grace is over.</summary>
    /// <param name="family">The family.</param>
    public static RefreshFamily WithoutSuccessor(RefreshFamily family) => family with { SealedSuccessor = null };

    /// <summary>The family when nobody can tell any more which of its tokens is good: none is, and each is one that came back.</summary>
    /// <param name="family">The family.</param>
    public static RefreshFamily Spent(RefreshFamily family) => family with { Current = "", Previous = null, SealedSuccessor = null };

    /// <summary>The successor a retry gets.</summary>
    /// <param name="family">The family.</param>
    /// <param name="presented">The previous secret.</param>
    /// <exception cref="CryptographicException">The stored text was changed.</exception>
    public static string Successor(RefreshFamily family, string presented)
    {
        var sealedBytes = Base64Url.DecodeFromChars(family.SealedSuccessor!);
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(KeyOf(presented), TagBytes);
        aes.Decrypt(sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length), plain);
        return Encoding.ASCII.GetString(plain);
    }

    /// <summary>Idle life of a client's refresh tokens.</summary>
    /// <param name="client">The client.</param>
    /// <param name="server">Where the client sets none.</param>
    public static TimeSpan IdleLife(Client client, TimeSpan server) => client.TokenLives.RefreshIdle ?? server;

    private static string Seal(string presented, string successor, ReadOnlySpan<byte> nonce)
    {
        var plain = Encoding.ASCII.GetBytes(successor);
        var result = new byte[NonceBytes + plain.Length + TagBytes];
        nonce[..NonceBytes].CopyTo(result);
        using var aes = new AesGcm(KeyOf(presented), TagBytes);
        aes.Encrypt(result.AsSpan(0, NonceBytes), plain, result.AsSpan(NonceBytes, plain.Length), result.AsSpan(NonceBytes + plain.Length));
        return Base64Url.EncodeToString(result);
    }

    /// <summary>Whoever reads the store has the digest of the previous secret, not the secret: the successor stays closed to him.</summary>
    private static byte[] KeyOf(string presented) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(presented), 32, salt: null, info: _successorKey);

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
