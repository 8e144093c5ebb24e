using Uitsmijter.Actors.GrainInterfaces.Revocation;

namespace Uitsmijter.Actors.Gateway.Revocation;

/// <summary>
/// This gateway's copy of the revocation feed. Not ready before every shard has been read to its end; what it has once seen revoked
/// stays revoked until no token of it can live.
/// </summary>
internal sealed class RevocationMirror : BackgroundService
{
    private readonly TimeProvider _clock;
    private readonly ShardMirror[] _shards;
    private long _generation;

    /// <summary>A mirror that is empty until its loops have run.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public RevocationMirror(IGrainFactory grains, TimeProvider clock, ILogger<RevocationMirror> logger)
    {
        _clock = clock;
        _shards =
        [
            .. Enumerable.Range(0, IRevocationFeedGrain.Shards)
                .Select(shard => new ShardMirror(grains, shard, clock, logger, () => Interlocked.Increment(ref _generation))),
        ];
    }

    /// <summary>True once every shard has been read to its end.</summary>
    public bool IsReady => Array.TrueForAll(_shards, static shard => shard.LevelAt != 0);

    /// <summary>Grows whenever entries became visible; caches of verified tokens compare it and check again when it moved.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    /// <summary>How many ids are held, for the metric.</summary>
    public int Count => _shards.Sum(static shard => shard.Ids.Count);

    /// <summary>Whether the id is known to be revoked.</summary>
    /// <param name="kind">What the id names.</param>
    /// <param name="id">Session, grant or token id.</param>
    public bool IsRevoked(RevocationKind kind, string id) => _shards[IRevocationFeedGrain.ShardOf(id)].Ids.Contains(kind, id);

    /// <summary>How long ago the shard that lags most was known to be complete; the longest possible span before the first time.</summary>
    /// <remarks>Elapsed time of this process, as at <c>CatalogMirror.Age</c>.</remarks>
    public TimeSpan Age
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var shard in _shards)
            {
                if (shard.LevelAt is var at && at == 0)
                {
                    return TimeSpan.MaxValue;
                }

                oldest = Math.Min(oldest, at);
            }

            return _clock.GetElapsedTime(oldest);
        }
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_shards.Select(shard => shard.Run(stoppingToken)));
}
