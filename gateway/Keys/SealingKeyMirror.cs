using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.KeyManagement.Internal;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Keys;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// The key ring of Data Protection. Keys come from the cluster alone: this process never makes one, and sealing or opening never waits for
/// a grain. They are announced long before use, so every gateway has a key before the first one seals with it.
/// </summary>
internal sealed partial class SealingKeyMirror : BackgroundService, IKeyRingProvider, IHealthCheck
{
    /// <summary>The ring is read again at least this often, though keys live for months.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(5);

    /// <summary>And at most this often, whatever strangers send to be opened.</summary>
    private static readonly TimeSpan LookAtMostEvery = TimeSpan.FromSeconds(10);

    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly AuthenticatedEncryptorFactory _factory;
    private readonly MirrorLoop _loop;
    private volatile SealingKeys? _keys;
    private volatile SealingRing? _ring;
    private volatile bool _lookSoon;
    private DateTimeOffset _readAt;

    /// <summary>A mirror that is empty until its loop has run.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="loggers">The logs.</param>
    public SealingKeyMirror(IGrainFactory grains, TimeProvider clock, ILoggerFactory loggers)
    {
        _grains = grains;
        _clock = clock;
        _factory = new AuthenticatedEncryptorFactory(loggers);
        _loop = new MirrorLoop("sealing keys", clock, loggers.CreateLogger<SealingKeyMirror>());
    }

    /// <summary>True once there is a key to seal with.</summary>
    public bool IsReady => _keys is not null;

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The keys are not here yet: the caller forgot to ask <see cref="IsReady"/>.</exception>
    public IKeyRing GetCurrentKeyRing()
    {
        var now = _clock.GetUtcNow();
        if (_ring is { } ring && now < ring.ValidUntil)
        {
            return ring;
        }

        // Nothing is fetched here: the keys at hand are only looked at with the present clock.
        return _ring = SealingRing.At(_keys ?? throw new InvalidOperationException("The sealing keys have not been read yet."), _factory, now);
    }

    /// <summary>Something came back sealed that could not be opened: perhaps with a key made in an emergency, which this ring does not have yet.</summary>
    public void LookSoon() => _lookSoon = true;

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The sealing keys have not been read yet."));

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _loop.Run(null, Pull, stoppingToken);

    private async Task<bool> Pull(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        if (_keys is { } held && !IsDue(held, now))
        {
            return false;
        }

        _lookSoon = false;

        var keys = await _grains.GetGrain<ISealingKeysGrain>(ISealingKeysGrain.Only).Read(cancellationToken)
            .WaitAsync(MirrorLoop.CallLimit, _clock, cancellationToken);
        if (keys.Keys.IsEmpty)
        {
            return false;
        }

        _keys = keys;
        _ring = SealingRing.At(keys, _factory, now);
        _readAt = now;
        return false;
    }

    private bool IsDue(SealingKeys held, DateTimeOffset now) =>
        now >= _readAt + LookAtMostEvery && (_lookSoon || now >= held.RefreshAt || now >= _readAt + LookEvery);
}
