using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.Redis;
using StackExchange.Redis;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Waits until replicas of Redis have every write that was answered so far. A write that only the primary has is gone when a replica takes its place: a spent code would be good
/// again. Replication keeps its order, so a mark that is written after them and has arrived says that they have too; all who wait at one moment share a mark, and it
/// goes over a connection of its own, because <c>WAIT</c> holds up whatever comes after it.
/// </summary>
internal sealed partial class ReplicationFence : IAsyncDisposable
{
    /// <summary>How long replicas may take; a write that is not there by then has an unknown outcome.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _often = TimeSpan.FromSeconds(15);

    private readonly ServerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<ReplicationFence> _logger;
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection;
    private readonly RedisKey _mark;
    private readonly Lock _lock = new();
    private Task _round = Task.CompletedTask;
    private Task? _next;
    private long _toldAt;

    /// <summary>A fence; it connects when it is first needed.</summary>
    /// <param name="settings">Where Redis is, and how many replicas have to have a write.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public ReplicationFence(ServerSettings settings, TimeProvider clock, ILogger<ReplicationFence> logger)
    {
        (_settings, _clock, _logger) = (settings, clock, logger);
        _mark = $"{settings.ServiceId}/replicated";
        _connection = new(Connect);
    }

    /// <summary>Waits until every write that was answered before this call is on enough replicas.</summary>
    /// <exception cref="RedisStorageException">It is not: the write may be lost with the primary.</exception>
    /// <exception cref="RedisException">Nobody can tell.</exception>
    public Task Reached()
    {
        lock (_lock)
        {
            // A round that is under way set its mark before this caller's write, so it proves nothing about it.
            return _next ??= AfterRound(_round);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
        {
            await (await _connection.Value).DisposeAsync();
        }
    }

    private async Task AfterRound(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            (_round, _next) = (_next!, null);
        }

        await Mark();
    }

    private async Task Mark()
    {
        var redis = (await _connection.Value).GetDatabase();
        await redis.StringIncrementAsync(_mark);
        var reached = (long)await redis.ExecuteAsync("WAIT", _settings.RedisReplicas, (long)_patience.TotalMilliseconds);
        if (reached >= _settings.RedisReplicas)
        {
            return;
        }

        if (_toldAt == 0 || _clock.GetElapsedTime(_toldAt) >= _often)
        {
            _toldAt = _clock.GetTimestamp();
            LogAlone(reached, _settings.RedisReplicas);
        }

        throw new RedisStorageException(string.Create(CultureInfo.InvariantCulture, $"{reached} of {_settings.RedisReplicas} replicas have the write."));
    }

    private Task<ConnectionMultiplexer> Connect() => ConnectionMultiplexer.ConnectAsync(RedisOptions.Of(_settings, _clock));

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Only {Reached} of {Wanted} replicas of Redis have what was written (REDIS_REPLICAS): nothing that changes anything is answered with yes until they do.")]
    private partial void LogAlone(long reached, int wanted);
}
