using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Keys;

namespace Uitsmijter.Actors.Grains.Keys;

/// <inheritdoc cref="ISealingKeysGrain"/>
[GrainType("sealing-keys")]
internal sealed partial class SealingKeysGrain(
    [PersistentState("sealing-keys", StorageNames.Durable)] IPersistentState<SealingKeysState> state,
    ClusterSecrets secrets,
    SealingKeyPolicy policy,
    TimeProvider clock,
    ILogger<SealingKeysGrain> logger) : Grain, ISealingKeysGrain
{
    private const int SecretBytes = 64;
    private const int Attempts = 4;
    private readonly CheckedState<SealingKeysState> _stored = new(state, clock);

    /// <inheritdoc />
    public async Task<SealingKeys> Read(CancellationToken cancellationToken)
    {
        var known = await secrets.Read(cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var stored = (await _stored.Read()).Keys;
            var now = clock.GetUtcNow();
            var next = SealingKeyRules.Keep(stored, policy, now).Select(key => Current(known, key)).ToImmutableArray();
            var activatesAt = SealingKeyRules.NextActivation(next, policy, now);
            if (activatesAt is not null)
            {
                next = SealingKeyRules.Add(next, Make(known, activatesAt.Value, now));
            }

            var changed = !next.SequenceEqual(stored);
            if (!changed || await _stored.TryWrite(new SealingKeysState { Keys = next }))
            {
                if (activatesAt is not null)
                {
                    KeyMade(logger, next[^1].Id, activatesAt.Value);
                }

                return new SealingKeys([.. next.Select(key => Opened(known, key))], now + policy.RefreshEvery);
            }
        }

        throw new InvalidOperationException("The sealing keys kept changing while they were read.");
    }

    private StoredSealingKey Make(KeySecrets known, DateTimeOffset activatesAt, DateTimeOffset now)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        var id = Guid.NewGuid();
        var made = new StoredSealingKey
        {
            Id = id,
            CreatedAt = now,
            ActivatesAt = activatesAt,
            ExpiresAt = activatesAt + policy.SealsFor,
            SealedSecret = KeySeal.Seal(known, LabelOf(id), secret),
        };
        CryptographicOperations.ZeroMemory(secret);
        return made;
    }

    /// <summary>The same object, or sealed anew where it is under the previous secret.</summary>
    private static StoredSealingKey Current(KeySecrets known, StoredSealingKey key)
    {
        var opened = KeySeal.Open(known, LabelOf(key.Id), key.SealedSecret);
        return opened.IsCurrent ? key : key with { SealedSecret = KeySeal.Seal(known, LabelOf(key.Id), opened.Plain) };
    }

    private static SealingKey Opened(KeySecrets known, StoredSealingKey key) => new()
    {
        Id = key.Id,
        CreatedAt = key.CreatedAt,
        ActivatesAt = key.ActivatesAt,
        ExpiresAt = key.ExpiresAt,
        Secret = ImmutableCollectionsMarshal.AsImmutableArray(KeySeal.Open(known, LabelOf(key.Id), key.SealedSecret).Plain),
    };

    /// <summary>What a sealing key is sealed as.</summary>
    /// <param name="id">The key.</param>
    internal static SealLabel LabelOf(Guid id) => new(SealLabel.SealingKey, Owner: "", id.ToString("D"));

    [LoggerMessage(LogLevel.Information, "A new key for sealing forms and tickets of pages, {Id}, is in use from {ActivatesAt:O}.")]
    private static partial void KeyMade(ILogger logger, Guid id, DateTimeOffset activatesAt);
}
