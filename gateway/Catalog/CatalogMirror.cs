using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Catalog;

/// <summary>
/// This gateway's copy of the catalog. Requests read <see cref="Current"/> and never wait; one loop pulls bounded pages of what is newer
/// and swaps whole snapshots. Another epoch, or a version that runs backwards, is read anew beside the old copy, which answers
/// until the new one is complete.
/// </summary>
internal sealed class CatalogMirror : BackgroundService
{
    /// <summary>Entities asked for at once: some hundred kilobytes.</summary>
    private const int PageSize = 1000;

    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly MirrorLoop _loop;
    private readonly FeedObserver _observer;
    private IFeedObserver? _reference;
    private CatalogSnapshot _building = CatalogSnapshot.Empty;
    private long _epoch;
    private volatile CatalogSnapshot _current = CatalogSnapshot.Empty;
    private long _levelAt;

    /// <summary>A mirror that is empty until its loop has run.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public CatalogMirror(IGrainFactory grains, TimeProvider clock, ILogger<CatalogMirror> logger)
    {
        _grains = grains;
        _clock = clock;
        _loop = new MirrorLoop("catalog", clock, logger);
        _observer = new FeedObserver(_loop);
    }

    /// <summary>The newest complete snapshot.</summary>
    public CatalogSnapshot Current => _current;

    /// <summary>True once a loaded catalog has been read to its end.</summary>
    public bool IsReady => _current.Loaded;

    /// <summary>
    /// How long ago the mirror last knew itself to be complete; the longest possible span before it ever was. Elapsed time of this process:
    /// a clock that is set back must not make a gateway that is cut off decide for longer (attack 48).
    /// </summary>
    public TimeSpan Age => Interlocked.Read(ref _levelAt) is var at and not 0 ? _clock.GetElapsedTime(at) : TimeSpan.MaxValue;

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _loop.Run(Subscribe, Pull, stoppingToken);

    private ICatalogGrain Catalog => _grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only);

    private Task Subscribe() => Catalog.Subscribe(_reference ??= _grains.CreateObjectReference<IFeedObserver>(_observer));

    private async Task<bool> Pull(CancellationToken cancellationToken)
    {
        var before = (_epoch, _building.Version);
        CatalogPage page;
        do
        {
            var asked = _clock.GetTimestamp();
            page = await Catalog.Read(_epoch, _building.Version, PageSize, cancellationToken)
                .WaitAsync(MirrorLoop.CallLimit, _clock, cancellationToken);
            if (!Apply(page))
            {
                // A version that runs backwards within one epoch: nothing can be trusted but a complete read.
                (_epoch, _building) = (0, CatalogSnapshot.Empty);
                _loop.Nudge();
                return false;
            }

            Publish(page, asked);
        }
        while (page.More);

        return (_epoch, _building.Version) != before;
    }

    private bool Apply(CatalogPage page)
    {
        if (page.Epoch != _epoch)
        {
            (_epoch, _building) = (page.Epoch, CatalogSnapshot.Empty);
        }
        else if (page.Version < _building.Version)
        {
            return false;
        }

        if (page.Version != _building.Version || page.Epoch != _building.Epoch || page.Loaded != _building.Loaded)
        {
            _building = _building.With(new CatalogDelta
            {
                Tenants = page.Tenants,
                Clients = page.Clients,
                RemovedTenants = page.RemovedTenants,
                RemovedClients = page.RemovedClients,
                Epoch = page.Epoch,
                Version = page.Version,
                Loaded = page.Loaded,
            });
        }

        return true;
    }

    /// <summary>A half-read or half-loaded catalog would turn known hosts into unknown ones: the old copy stays until the new one is whole.</summary>
    private void Publish(CatalogPage page, long asked)
    {
        if (page.More || !_building.Loaded)
        {
            return;
        }

        _current = _building;
        Interlocked.Exchange(ref _levelAt, asked);
    }
}
