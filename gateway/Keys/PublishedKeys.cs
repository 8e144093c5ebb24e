using System.Collections.Concurrent;
using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// The public keys clients verify by: ID tokens, logout tokens, and the access tokens of tenants with a key pair. A tenant with the shared secret
/// has one too, for its ID tokens; it is made when somebody first asks, so that forward-auth alone never pays for it.
/// </summary>
internal sealed partial class PublishedKeys(KeyMirror mirror, IGrainFactory grains, TimeProvider clock, ILogger<PublishedKeys> logger)
{
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);

    /// <summary>The keys; null when there are none yet and the cluster cannot be reached.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<ImmutableArray<PublicSigningKey>?> Of(Tenant tenant, CancellationToken cancellationToken)
    {
        if (tenant.Algorithm != SigningAlgorithm.HS256)
        {
            return (await mirror.Get(tenant, cancellationToken))?.SigningKeys;
        }

        var held = _held.GetValueOrDefault(tenant.Name);
        if (held is not null && clock.GetElapsedTime(held.At) < held.RefreshAfter)
        {
            return held.Keys;
        }

        try
        {
            var keys = await grains.GetGrain<IKeyRingGrain>(tenant.Name).Read(SigningRules.PublishedAlgorithm(tenant), cancellationToken).WaitAsync(MirrorLoop.CallLimit, clock, cancellationToken);
            _held[tenant.Name] = held = new Held(keys.SigningKeys, clock.GetTimestamp(), keys.RefreshAt - clock.GetUtcNow());
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not OutOfMemoryException)
        {
            // Keys are published long before and after they sign: old ones are better than none.
            LogUnreachable(logger, tenant.Name, failure);
        }

        return held?.Keys;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The published keys of tenant {Tenant} cannot be fetched; those at hand stay in use")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);

    private sealed record Held(ImmutableArray<PublicSigningKey> Keys, long At, TimeSpan RefreshAfter);
}
