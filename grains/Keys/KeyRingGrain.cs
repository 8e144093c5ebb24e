using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Timers;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Keys;

namespace Uitsmijter.Actors.Grains.Keys;

/// <inheritdoc cref="IKeyRingGrain"/>
/// <remarks>
/// Every call tends the ring first, so rotation does not hang on the reminder alone; the reminder tends rings nobody asks for.
/// Tenants with the shared secret only have no record and no reminder.
/// </remarks>
[GrainType("key-ring")]
internal sealed partial class KeyRingGrain(
    [PersistentState("key-ring", StorageNames.Durable)] IPersistentState<KeyRingState> state,
    ClusterSecrets secrets,
    CatalogEntries catalog,
    KeyRingPolicy policy,
    TimeProvider clock,
    ILogger<KeyRingGrain> logger) : Grain, IKeyRingGrain, IRemindable
{
    private const string ReminderName = "tend";
    private const int Attempts = 4;
    private static readonly TimeSpan _reminderPeriod = TimeSpan.FromDays(1);
    private readonly CheckedState<KeyRingState> _stored = new(state, clock);
    private ImmutableArray<RingKey> _checked = [];

    private string Tenant => this.GetPrimaryKeyString();

    /// <inheritdoc />
    public async Task<TenantKeys> Read(SigningAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var known = await secrets.Read(cancellationToken);
        var ring = await Tend(known, algorithm, rotate: false);
        var now = clock.GetUtcNow();
        return new TenantKeys
        {
            Tenant = Tenant,
            CookieKeys = [.. DerivedKeyRules.CookieKeys(known, Tenant).Select(Symmetric)],
            SharedSecrets = algorithm is SigningAlgorithm.HS256 ? [.. known.Jwt.Select(Symmetric)] : [],
            SigningKeys = [.. ring.Select(key => Published(key, now))],
            NameKey = Symmetric(DerivedKeyRules.NameKey(known, Tenant)),
            RefreshAt = KeyRingRules.RefreshAt(ring, policy, now),
        };
    }

    /// <inheritdoc />
    public async Task<SealedSigningKey> ReadSealed(SigningAlgorithm algorithm, CancellationToken cancellationToken)
    {
        RequireAsymmetric(algorithm);
        var ring = await Tend(await secrets.Read(cancellationToken), algorithm, rotate: false);
        var now = clock.GetUtcNow();
        var active = KeyRingRules.ActiveOf(ring, algorithm, policy, now)
            ?? throw new InvalidOperationException("The key stopped signing while it was read; ask again.");
        return new SealedSigningKey
        {
            Kid = active.Kid,
            Algorithm = algorithm,
            SealedPkcs8 = [.. active.SealedPkcs8],
            RefreshAt = KeyRingRules.RefreshAt(ring, policy, now),
        };
    }

    /// <inheritdoc />
    public async Task<string> Rotate(SigningAlgorithm algorithm, CancellationToken cancellationToken)
    {
        RequireAsymmetric(algorithm);
        var ring = await Tend(await secrets.Read(cancellationToken), algorithm, rotate: true);
        return ring.Last(key => key.Algorithm == algorithm).Kid;
    }

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        var ring = await Tend(await secrets.Read(CancellationToken.None), algorithm: null, rotate: false);
        if (ring.IsEmpty && await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private async Task<ImmutableArray<RingKey>> Tend(KeySecrets known, SigningAlgorithm? algorithm, bool rotate)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var stored = (await _stored.Read()).Keys;
            var now = clock.GetUtcNow();
            var plan = KeyRingRules.Plan(stored, new KeyDemand(algorithm, InUse(), rotate), policy, now);
            var next = stored == _checked && plan.Kept == stored ? stored : Check(known, plan.Kept);
            foreach (var make in plan.Make)
            {
                next = KeyRingRules.Add(next, await Generate(known, make, now));
            }

            if (next.SequenceEqual(stored))
            {
                return _checked = stored;
            }

            if (await _stored.TryWrite(new KeyRingState { Keys = next }))
            {
                _checked = next;
                await Written(plan.Make.Length, next);
                return next;
            }
        }

        throw new InvalidOperationException($"The key ring of '{Tenant}' kept changing while it was tended.");
    }

    /// <summary>
    /// Null while this silo does not know the tenant: a key that is given up by mistake cannot be announced again in time. A silo that is a moment behind
    /// makes no harm, see <see cref="KeyRingRules"/>.
    /// </summary>
    private ImmutableArray<SigningAlgorithm>? InUse() =>
        catalog.IsLoaded && catalog.Tenant(Tenant)?.Tenant is { } tenant ? SigningRules.PublishedAlgorithms(tenant, catalog.IdTokenAlgorithms) : null;

    private ImmutableArray<RingKey> Check(KeySecrets known, ImmutableArray<RingKey> keys) =>
        [.. keys.Select(key => SigningKeyMaker.Check(known, Tenant, key))];

    /// <summary>An RSA key takes a tenth of a second of pure computing: off the scheduler, so that other grains of this silo go on.</summary>
    private Task<RingKey> Generate(KeySecrets known, NewKey plan, DateTimeOffset now)
    {
        var tenant = Tenant;
        return Task.Run(() => SigningKeyMaker.Make(known, tenant, plan, now));
    }

    private async Task Written(int made, ImmutableArray<RingKey> ring)
    {
        foreach (var key in ring[^made..])
        {
            KeyMade(logger, Tenant, key.Kid, key.Algorithm, key.ActivatesAt);
        }

        if (made == 0 || ServiceProvider.GetService<IReminderRegistry>() is null)
        {
            return;
        }

        try
        {
            await this.RegisterOrUpdateReminder(ReminderName, _reminderPeriod, _reminderPeriod);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The key is stored and good; every read tends the ring too, and the next key tries again.
            ReminderMissing(logger, Tenant, failure);
        }
    }

    private static void RequireAsymmetric(SigningAlgorithm algorithm)
    {
        if (algorithm is SigningAlgorithm.HS256)
        {
            throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "A tenant with the shared secret has no signing key.");
        }
    }

    private static SymmetricKey Symmetric(ImmutableArray<byte> key) => new(DerivedKeyRules.KidOf(key.AsSpan()), key);

    private PublicSigningKey Published(RingKey key, DateTimeOffset now) => new()
    {
        Kid = key.Kid,
        Algorithm = key.Algorithm,
        Spki = [.. key.Spki],
        Stage = KeyRingRules.StageOf(key, policy, now) switch
        {
            KeyStage.Announced => SigningKeyStage.Announced,
            KeyStage.Active => SigningKeyStage.Active,
            _ => SigningKeyStage.VerifyOnly,
        },
    };

    [LoggerMessage(LogLevel.Information, "Tenant {Tenant} has a new signing key {Kid} for {Algorithm}, signing from {ActivatesAt:O}.")]
    private static partial void KeyMade(ILogger logger, string tenant, string kid, SigningAlgorithm algorithm, DateTimeOffset activatesAt);

    [LoggerMessage(LogLevel.Warning, "No reminder could be set for the key ring of tenant {Tenant}; it rotates when it is read.")]
    private static partial void ReminderMissing(ILogger logger, string tenant, Exception failure);
}
