using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Uitsmijter.Actors.Gateway.Keys;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// Nonces of DPoP proofs (RFC 9449 §8): the instant they were made, sealed with the keys all gateways share. Nothing is kept, and every gateway takes
/// those of the others. One nonce serves many clients for some seconds: what makes a proof unique is its <c>jti</c>.
/// </summary>
internal sealed class DpopNonces(IDataProtectionProvider protection, SealingKeyMirror ring, TimeProvider clock)
{
    private const string Purpose = "uitsmijter/dpop-nonce/v1";
    private const int MaxLength = 512;

    /// <summary>How long a nonce is taken.</summary>
    private static readonly TimeSpan _life = TimeSpan.FromMinutes(5);

    /// <summary>From this age on a client is handed the next one with its answer.</summary>
    private static readonly TimeSpan _renewAfter = TimeSpan.FromMinutes(3);

    /// <summary>How long this gateway hands out the same one.</summary>
    private static readonly TimeSpan _shared = TimeSpan.FromSeconds(10);

    /// <summary>Gateways' clocks differ.</summary>
    private static readonly TimeSpan _ahead = TimeSpan.FromMinutes(1);

    private readonly IDataProtector _protector = protection.CreateProtector(Purpose);
    private volatile Made? _current;

    /// <summary>Whether nonces can be made and read.</summary>
    public bool IsReady => ring.IsReady;

    /// <summary>A nonce for the next proof.</summary>
    public string Next()
    {
        var now = clock.GetUtcNow();
        if (_current is { } made && now >= made.At && now < made.At + _shared)
        {
            return made.Text;
        }

        Span<byte> instant = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(instant, now.ToUnixTimeMilliseconds());
        var next = new Made(Base64Url.EncodeToString(_protector.Protect(instant.ToArray())), now);
        _current = next;
        return next.Text;
    }

    /// <summary>What a nonce of a proof is.</summary>
    /// <param name="nonce">The nonce, from anybody; null when the proof has none.</param>
    public NonceStanding Judge(string? nonce)
    {
        if (nonce is null || InstantOf(nonce) is not { } made)
        {
            return NonceStanding.Stale;
        }

        var age = clock.GetUtcNow() - made;
        return age < -_ahead || age >= _life ? NonceStanding.Stale : age >= _renewAfter ? NonceStanding.Ageing : NonceStanding.Good;
    }

    private DateTimeOffset? InstantOf(string nonce)
    {
        if (_current is { } current && current.Text == nonce)
        {
            return current.At;
        }

        if (nonce.Length > MaxLength || !Base64Url.IsValid(nonce))
        {
            return null;
        }

        try
        {
            return _protector.Unprotect(Base64Url.DecodeFromChars(nonce)) is { Length: sizeof(long) } instant
                ? DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(instant))
                : null;
        }
        catch (CryptographicException)
        {
            // Not ours, or sealed by a key that is gone.
            return null;
        }
    }

    private sealed record Made(string Text, DateTimeOffset At);
}

/// <summary>What a nonce is.</summary>
internal enum NonceStanding
{
    /// <summary>None, none of ours, or too old.</summary>
    Stale = 0,

    /// <summary>Good, and soon too old.</summary>
    Ageing = 1,

    /// <summary>Good.</summary>
    Good = 2,
}
