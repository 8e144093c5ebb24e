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
    private TokenSigner? _signer;
    private DateTimeOffset _refreshAt;

    /// <inheritdoc />
    public async Task<string> Sign(SigningRequest request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_signer is null || _signer.Algorithm != request.Algorithm)
        {
            await Refresh(request.Algorithm, cancellationToken);
        }
        else if (now >= _refreshAt)
        {
            await TryRefresh(request.Algorithm, now, cancellationToken);
        }

        return _signer!.Sign(request.Type, request.ClaimsJson);
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _signer?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>
    /// A ring that cannot be read for a while (its silo died, storage is away) stops no signing: what the held key signs verifies
    /// everywhere, because even a retired key is published much longer than this.
    /// </summary>
    private async Task TryRefresh(SigningAlgorithm algorithm, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await Refresh(algorithm, cancellationToken);
        }
        catch (Exception failure) when (now < _refreshAt + policy.AnnounceFor && failure is not OutOfMemoryException)
        {
            RingOutOfReach(logger, this.GetPrimaryKeyString(), _signer!.Kid, failure);
        }
    }

    private async Task Refresh(SigningAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var tenant = this.GetPrimaryKeyString();
        var held = await GrainFactory.GetGrain<IKeyRingGrain>(tenant).ReadSealed(algorithm, cancellationToken);
        if (_signer is null || _signer.Kid != held.Kid)
        {
            var opened = KeySeal.Open(await secrets.Read(cancellationToken), SigningKeyMaker.LabelOf(tenant, held.Kid), held.SealedPkcs8.AsSpan());
            try
            {
                var next = new TokenSigner(held.Kid, held.Algorithm, opened.Plain);
                _signer?.Dispose();
                _signer = next;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(opened.Plain);
            }
        }

        _refreshAt = held.RefreshAt;
    }

    [LoggerMessage(LogLevel.Warning, "The key ring of tenant {Tenant} is out of reach; signing goes on with key {Kid}.")]
    private static partial void RingOutOfReach(ILogger logger, string tenant, string kid, Exception failure);
}
