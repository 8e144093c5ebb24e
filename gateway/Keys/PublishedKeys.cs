using System.Collections.Concurrent;
using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// The public keys clients verify by: ID tokens, logout tokens, and the access tokens of tenants with a key pair. A tenant with the shared secret
/// has one too, for its ID tokens, and so has one whose clients chose another algorithm for theirs; they are made when somebody first asks, so that
/// forward-auth alone never pays for them.
/// </summary>
internal sealed partial class PublishedKeys(KeyMirror mirror, CatalogMirror catalog, IGrainFactory grains, TimeProvider clock, ILogger<PublishedKeys> logger)
{
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);

    /// <summary>The keys; null when there are none yet and the cluster cannot be reached.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<ImmutableArray<PublicSigningKey>?> Of(Tenant tenant, CancellationToken cancellationToken)
    {
        var algorithms = SigningRules.PublishedAlgorithms(tenant, catalog.Current.IdTokenAlgorithms);
        var held = _held.GetValueOrDefault(tenant.Name);

        // The mirror may be some minutes behind what was ever held here, and a key that was published stays so.
        if (held is null && algorithms.Length == 1 && algorithms[0] == tenant.Algorithm)
        {
            return (await mirror.Get(tenant, cancellationToken))?.SigningKeys;
        }

        // Elapsed time and the world's clock, as the mirror does it: a machine that was suspended must ask again as well.
        if (held is not null && clock.GetElapsedTime(held.At) < held.RefreshAfter && clock.GetUtcNow() < held.RefreshAt && algorithms.All(held.Algorithms.Contains))
        {
            return held.Keys;
        }

        try
        {
            _held[tenant.Name] = held = await Read(tenant.Name, algorithms, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not OutOfMemoryException)
        {
            // Keys are published long before and after they sign: old ones are better than none.
            LogUnreachable(logger, tenant.Name, failure);
        }

        return held?.Keys ?? (tenant.Algorithm == SigningAlgorithm.HS256 ? null : (await mirror.Get(tenant, cancellationToken))?.SigningKeys);
    }

    /// <summary>The keys, or an exception where <see cref="Of"/> has none: whoever judges a token must not take silence for a verdict.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<ImmutableArray<PublicSigningKey>> Need(Tenant tenant, CancellationToken cancellationToken) =>
        await Of(tenant, cancellationToken) ?? throw new InvalidOperationException($"The published keys of tenant {tenant.Name} are out of reach.");

    /// <summary>Asks anew at the next use: something about the keys was changed.</summary>
    /// <param name="tenant">The tenant.</param>
    public void Refresh(Tenant tenant)
    {
        if (_held.TryGetValue(tenant.Name, out var held))
        {
            _held.TryUpdate(tenant.Name, held with { RefreshAfter = TimeSpan.Zero }, held);
        }
    }

    /// <summary>Each answer has the whole ring; asking for an algorithm makes its key when there is none.</summary>
    private async Task<Held> Read(string tenant, ImmutableArray<SigningAlgorithm> algorithms, CancellationToken cancellationToken)
    {
        TenantKeys? keys = null;
        foreach (var algorithm in algorithms)
        {
            keys = await grains.GetGrain<IKeyRingGrain>(tenant).Read(algorithm, cancellationToken).WaitAsync(MirrorLoop.CallLimit, clock, cancellationToken);
        }

        return new Held(algorithms, keys!.SigningKeys, clock.GetTimestamp(), keys.RefreshAt - clock.GetUtcNow(), keys.RefreshAt);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The published keys of tenant {Tenant} cannot be fetched; those at hand stay in use")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);

    private sealed record Held(ImmutableArray<SigningAlgorithm> Algorithms, ImmutableArray<PublicSigningKey> Keys, long At, TimeSpan RefreshAfter, DateTimeOffset RefreshAt);
}
