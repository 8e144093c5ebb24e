using System.Collections.Frozen;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;
using Uitsmijter.Actors.GrainInterfaces.Keys;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>The keys of Data Protection as they stand between two instants: one of them seals, all of them open.</summary>
internal sealed class SealingRing : IKeyRing
{
    private readonly FrozenDictionary<Guid, IAuthenticatedEncryptor> _encryptors;

    private SealingRing(FrozenDictionary<Guid, IAuthenticatedEncryptor> encryptors, Guid sealing, DateTimeOffset validUntil)
    {
        _encryptors = encryptors;
        DefaultKeyId = sealing;
        ValidUntil = validUntil;
    }

    /// <inheritdoc />
    public IAuthenticatedEncryptor DefaultAuthenticatedEncryptor => _encryptors[DefaultKeyId];

    /// <inheritdoc />
    public Guid DefaultKeyId { get; }

    /// <summary>From when on another key may have to seal.</summary>
    public DateTimeOffset ValidUntil { get; }

    /// <inheritdoc />
    public IAuthenticatedEncryptor? GetAuthenticatedEncryptorByKeyId(Guid keyId, out bool isRevoked)
    {
        isRevoked = false;
        return _encryptors.GetValueOrDefault(keyId);
    }

    /// <summary>Whether the ring has a key.</summary>
    public bool Has(Guid keyId) => _encryptors.ContainsKey(keyId);

    /// <summary>The ring at an instant.</summary>
    /// <param name="keys">The keys, at least one.</param>
    /// <param name="factory">Makes encryptors.</param>
    /// <param name="now">The instant.</param>
    public static SealingRing At(SealingKeys keys, IAuthenticatedEncryptorFactory factory, DateTimeOffset now) => new(
        keys.Keys.ToFrozenDictionary(
            static key => key.Id,
            key => factory.CreateEncryptorInstance(new SealingRingKey(key, factory))!),
        SealingKeyAt(keys, now).Id,
        keys.Keys.SelectMany(static key => new[] { key.ActivatesAt, key.ExpiresAt })
            .Where(instant => instant > now)
            .DefaultIfEmpty(DateTimeOffset.MaxValue)
            .Min());

    /// <summary>
    /// The newest key in its time; without one the newest that ever was in its time; and where the clock lags behind all of them, the first.
    /// An old key that still seals costs nothing; one that nobody else knows yet costs logins.
    /// </summary>
    private static SealingKey SealingKeyAt(SealingKeys keys, DateTimeOffset now)
    {
        var active = keys.Keys.Where(key => key.ActivatesAt <= now).ToList();
        return active.Where(key => key.ExpiresAt > now).MaxBy(static key => key.ActivatesAt)
            ?? active.MaxBy(static key => key.ActivatesAt)
            ?? keys.Keys.MinBy(static key => key.ActivatesAt)!;
    }
}
