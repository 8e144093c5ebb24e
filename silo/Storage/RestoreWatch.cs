using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using StackExchange.Redis;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Notices that Redis went back: it was restored from a snapshot, or lost writes in a fail-over. Each silo counts in a record of its own there, once a second, and looks at it after every
/// single-use record it reads; a count that is lower than it was means that spent records may be whole again. Then nothing of them is believed until every silo has said which versions it
/// saw replaced (docs/decisions/0082).
/// </summary>
/// <param name="settings">Where Redis is.</param>
/// <param name="connections">Opens the connection.</param>
/// <param name="own">The silo of this process.</param>
/// <param name="exchange">Learns what others know.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class RestoreWatch(
    ServerSettings settings, RedisConnections connections, ILocalSiloDetails own, SpentExchange exchange, TimeProvider clock, ILogger<RestoreWatch> logger)
    : IStoredTrust, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    /// <summary>The time between two counts: what Redis lost of less than that is noticed by the silo alone that wrote it.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How long a request waits for what other silos know before it is refused for now; and how long a silo that starts waits for those that do not answer.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Who has looked so lately has not stood still since.</summary>
    private static readonly TimeSpan _recent = 2 * Period;

    /// <summary>A count nobody goes on with goes by itself.</summary>
    private static readonly TimeSpan _lifeOfCount = TimeSpan.FromDays(1);

    private readonly RedisKey _record = $"{settings.ServiceId}/count/{own.SiloAddress.ToParsableString()}";
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<IConnectionMultiplexer>? _connection;
    private Task _working = Task.CompletedTask;
    private Task? _learned;
    private long _counted;
    private long? _lookedAt;

    /// <inheritdoc />
    public async Task OfRead()
    {
        var (least, asked) = (Counted(), clock.GetTimestamp());

        // From the primary alone: a replica may be behind without having lost anything.
        var count = await (await Database().WaitAsync(_patience, clock)).StringGetAsync(_record, CommandFlags.DemandMaster);
        Judge(count.TryParse(out long value) ? value : 0, least, asked);
        Task learned;
        lock (_lock)
        {
            learned = _learned ?? _began.Task;
        }

        try
        {
            await learned.WaitAsync(_patience, clock);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException("Not every silo has said yet what it saw used up before Redis went back, or before this silo began.");
        }
    }

    /// <inheritdoc />
    public Task OfMemory()
    {
        lock (_lock)
        {
            if (_learned is null or { IsCompletedSuccessfully: true } && _lookedAt is { } at && clock.GetElapsedTime(at) < _recent)
            {
                return Task.CompletedTask;
            }
        }

        return OfRead();
    }

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer)
    {
        observer.Subscribe(nameof(RestoreWatch), ServiceLifecycleStage.Active, Begin);

        // Not before the last grain has left: what a silo still does while it ends is used up, too.
        observer.Subscribe(nameof(RestoreWatch), ServiceLifecycleStage.ApplicationServices, static _ => Task.CompletedTask, End);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // Asked twice, because it is registered under two names; that is why the source is not disposed of.
        await End(CancellationToken.None);
        if (Interlocked.Exchange(ref _connection, null) is { IsCompletedSuccessfully: true } open)
        {
            await open.Result.DisposeAsync();
        }
    }

    private Task Begin(CancellationToken cancellationToken)
    {
        _working = Task.WhenAll(LearnAtStart(), Rounds.Every(Period, clock, _ => Count(), _stopping.Token), exchange.Tell(_stopping.Token));
        return Task.CompletedTask;
    }

    // What silos that live saw must be known here before anything is decided. Who stands still must not keep the whole silo waiting, but is asked until it says something or is no member any more.
    private async Task LearnAtStart()
    {
        var isComplete = await Learn(_patience);
        _began.TrySetResult();
        if (!isComplete)
        {
            await Learn(patience: null);
        }
    }

    private async Task End(CancellationToken cancellationToken)
    {
        await exchange.TellOthers();
        await _stopping.CancelAsync();
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Count()
    {
        try
        {
            var (least, asked) = (Counted(), clock.GetTimestamp());
            var database = await Database().WaitAsync(_stopping.Token);
            var counted = database.StringIncrementAsync(_record);
            _ = database.KeyExpireAsync(_record, _lifeOfCount, flags: CommandFlags.FireAndForget);
            var value = await counted.WaitAsync(_stopping.Token);
            Judge(value - 1, least, asked);
            lock (_lock)
            {
                _counted = Math.Max(_counted, value);
            }
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException or RedisCommandException)
        {
            // Counted at the next turn; who reads meanwhile fails by itself.
        }
#pragma warning disable CA1031 // Whatever it was: a watch that has ended would notice nothing, and nobody would notice that.
        catch (Exception failure) when (!_stopping.IsCancellationRequested)
        {
            LogFailed(failure);
        }
#pragma warning restore CA1031
    }

    private long Counted()
    {
        lock (_lock)
        {
            return _counted;
        }
    }

    /// <summary>The count must not be lower than it was when it was asked for.</summary>
    private void Judge(long count, long least, long asked)
    {
        lock (_lock)
        {
            _lookedAt = asked;
            if (count >= least || least > _counted)
            {
                // Where it is noticed already the count has begun anew below what this call still waited for.
                return;
            }

            _counted = count;

            // Answers to questions of before may lack what was used up since then, so everybody is asked anew.
            _learned = Task.Run(() => Learn(patience: null));
        }

        LogWentBack();
    }

    /// <returns>False where somebody has not answered in this time.</returns>
    private async Task<bool> Learn(TimeSpan? patience)
    {
        while (true)
        {
            try
            {
                return await exchange.AskAll(patience, _stopping.Token);
            }
#pragma warning disable CA1031 // Whatever it was: nothing may be believed before somebody was asked.
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
#pragma warning restore CA1031

            await Task.Delay(Period, clock, _stopping.Token);
        }
    }

    /// <summary>A connection that failed to open is tried again.</summary>
    private async Task<IDatabase> Database()
    {
        Task<IConnectionMultiplexer> open;
        lock (_lock)
        {
            open = _connection is { IsFaulted: false, IsCanceled: false } ? _connection : _connection = Open();
        }

        return (await open).GetDatabase();
    }

    private async Task<IConnectionMultiplexer> Open() => (await connections.Open(RedisOptions.Of(settings, clock))).Multiplexer;

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Redis went back to an earlier state: it was restored, or lost writes in a fail-over. Codes, refresh tokens and proofs that silos saw used up since stay used up; until every silo has said which ones, they are answered 503. docs/operations.md says what nobody can know.")]
    private partial void LogWentBack();

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "This silo could not look whether Redis went back to an earlier state; it tries again.")]
    private partial void LogFailed(Exception failure);
}
