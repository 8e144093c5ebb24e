using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Persistence.Redis;
using StackExchange.Redis;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Waits until replicas of Redis have what was written. A write that only the primary has is gone when a replica takes its place: a spent code would be good again. All who
/// wait at one moment share a round, over a connection of its own, because <c>WAIT</c> holds up whatever comes after it. A round looks at each record first, so that it is the
/// primary that has them which is asked, and not one that was promoted meanwhile; then it writes a mark and waits for it, and replication keeps its order. Whether all of it
/// went over one connection is told by the connection's number: <c>WAIT</c> on another would wait for nothing.
/// </summary>
/// <param name="settings">Where Redis is, and how many replicas have to have a write.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class ReplicationFence(ServerSettings settings, TimeProvider clock, ILogger<ReplicationFence> logger) : IAsyncDisposable
{
    /// <summary>How long replicas may take; a write that is not there by then has an unknown outcome.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _often = TimeSpan.FromSeconds(15);
    private static readonly RedisValue _etag = "etag";

    private readonly RedisKey _mark = $"{settings.ServiceId}/replicated";
    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connection;
    private Round? _next;
    private Task _running = Task.CompletedTask;
    private long _toldAt;
    private volatile bool _owes;

    /// <summary>True after a round that failed, until one does not: what is read may be what no replica has.</summary>
    public bool Owes => _owes;

    /// <summary>Waits until enough replicas have a record as it is.</summary>
    /// <param name="key">Key of the record.</param>
    /// <param name="etag">Its ETag; null: that it is gone.</param>
    /// <exception cref="RedisStorageException">They have not, or the primary that is asked has it otherwise: it may be lost at a fail-over.</exception>
    /// <exception cref="RedisException">Nobody can tell.</exception>
    public async Task Reached(string key, string? etag)
    {
        Round round;
        int number;
        lock (_lock)
        {
            // A round under way has looked already, so it proves nothing about this caller's record.
            if (_next is null)
            {
                _next = new Round();
                _running = Run(_next, _running);
            }

            (round, number) = (_next, _next.Records.Count);
            round.Records.Add(key);
        }

        if ((await round.Seen.Task)[number] != etag)
        {
            throw new RedisStorageException($"The primary of Redis that was asked does not have {key} as it was written.");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is { IsCompletedSuccessfully: true } connected)
        {
            await connected.Result.DisposeAsync();
        }
    }

    private async Task Run(Round round, Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            _next = null;
        }

        try
        {
            var seen = await Look(round.Records);
            _owes = false;
            round.Seen.SetResult(seen);
        }
#pragma warning disable CA1031 // Whoever waits gets it.
        catch (Exception failure)
        {
            _owes = true;
            round.Seen.SetException(failure);
        }
#pragma warning restore CA1031
    }

    private async Task<string?[]> Look(List<string> records)
    {
        var batch = (await Connected()).GetDatabase().CreateBatch();
        var before = batch.ExecuteAsync("CLIENT", "ID");
        var seen = records.Select(record => batch.HashGetAsync(record, _etag)).ToArray();
        var mark = batch.StringIncrementAsync(_mark);
        var wait = batch.ExecuteAsync("WAIT", settings.RedisReplicas, (long)_patience.TotalMilliseconds);
        var after = batch.ExecuteAsync("CLIENT", "ID");
        batch.Execute();
        await Task.WhenAll([before, mark, wait, after, .. seen]);
        if ((long)await before != (long)await after)
        {
            throw new RedisStorageException("The connection to Redis was exchanged while replicas were waited for.");
        }

        var reached = (long)await wait;
        if (reached < settings.RedisReplicas)
        {
            Tell(reached);
            throw new RedisStorageException(string.Create(CultureInfo.InvariantCulture, $"{reached} of {settings.RedisReplicas} replicas have the write."));
        }

        return [.. (await Task.WhenAll(seen)).Select(static etag => etag.IsNull ? null : etag.ToString())];
    }

    /// <summary>A connection that failed to open is tried again by the next round.</summary>
    private Task<ConnectionMultiplexer> Connected() =>
        _connection is { IsFaulted: false, IsCanceled: false } open ? open : _connection = ConnectionMultiplexer.ConnectAsync(RedisOptions.Of(settings, clock));

    private void Tell(long reached)
    {
        if (_toldAt == 0 || clock.GetElapsedTime(_toldAt) >= _often)
        {
            _toldAt = clock.GetTimestamp();
            LogAlone(reached, settings.RedisReplicas);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Only {Reached} of {Wanted} replicas of Redis have what was written (REDIS_REPLICAS): nothing that changes anything is answered with yes until they do.")]
    private partial void LogAlone(long reached, int wanted);

    private sealed class Round
    {
        public List<string> Records { get; } = [];

        public TaskCompletionSource<string?[]> Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
