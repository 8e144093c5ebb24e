using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;

namespace Uitsmijter.Actors.Grains.Keys;

/// <inheritdoc cref="ISigningGrain"/>
[StatelessWorker]
[GrainType("signing")]
internal sealed partial class SigningGrain(
    ClusterSecrets secrets,
    KeyRingPolicy policy,
    TimeProvider clock,
    ILogger<SigningGrain> logger) : Grain, ISigningGrain
{
    /// <summary>One per algorithm: one answer may hold an access token by the tenant's and an ID token by the client's.</summary>
    private readonly Dictionary<SigningAlgorithm, Held> _held = [];

    /// <inheritdoc />
    public async Task<string> Sign(SigningRequest request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var held = _held.GetValueOrDefault(request.Algorithm);
        if (held is null)
        {
            held = await Refresh(request.Algorithm, cancellationToken);
        }
        else if (now >= held.RefreshAt)
        {
            held = await TryRefresh(held, now, cancellationToken);
        }

        return held.Signer.Sign(request.Type, request.ClaimsJson);
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        foreach (var held in _held.Values)
        {
            held.Signer.Dispose();
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// A ring that cannot be read for a while (its silo died, storage is away) stops no signing: what the held key signs verifies
    /// everywhere, because even a retired key is published much longer than this.
    /// </summary>
    private async Task<Held> TryRefresh(Held held, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await Refresh(held.Signer.Algorithm, cancellationToken);
        }
        catch (Exception failure) when (now < held.RefreshAt + policy.AnnounceFor && failure is not OutOfMemoryException)
        {
            RingOutOfReach(logger, this.GetPrimaryKeyString(), held.Signer.Kid, failure);
            return held;
        }
    }

    private async Task<Held> Refresh(SigningAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var tenant = this.GetPrimaryKeyString();
        var key = await GrainFactory.GetGrain<IKeyRingGrain>(tenant).ReadSealed(algorithm, cancellationToken);
        var signer = _held.GetValueOrDefault(algorithm)?.Signer;
        if (signer?.Kid != key.Kid)
        {
            var opened = KeySeal.Open(await secrets.Read(cancellationToken), SigningKeyMaker.LabelOf(tenant, key.Kid), key.SealedPkcs8.AsSpan());
            try
            {
                var next = new TokenSigner(key.Kid, key.Algorithm, opened.Plain);
                signer?.Dispose();
                signer = next;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(opened.Plain);
            }
        }

        return _held[algorithm] = new Held(signer, key.RefreshAt);
    }

    [LoggerMessage(LogLevel.Warning, "The key ring of tenant {Tenant} is out of reach; signing goes on with key {Kid}.")]
    private static partial void RingOutOfReach(ILogger logger, string tenant, string kid, Exception failure);

    private sealed record Held(TokenSigner Signer, DateTimeOffset RefreshAt);
}
