using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using StackExchange.Redis;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Notices that Redis went back: it was restored from a snapshot, or lost writes in a fail-over. Each silo counts a mark of its own there, once a second, and looks at it after every
/// single-use record it reads; a mark that is lower than it was means that spent records may be whole again. Then nothing of them is believed until every silo has said which versions it
/// saw replaced (docs/decisions/0082).
/// </summary>
/// <param name="settings">Where Redis is.</param>
/// <param name="connections">Opens the connection.</param>
/// <param name="own">The silo of this process.</param>
/// <param name="members">The silos of now.</param>
/// <param name="grains">Reaches the other silos.</param>
/// <param name="versions">What is known.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class RestoreWatch(
    ServerSettings settings,
    RedisConnections connections,
    ILocalSiloDetails own,
    IClusterMembershipService members,
    IGrainFactory grains,
    SpentVersions versions,
    TimeProvider clock,
    ILogger<RestoreWatch> logger) : IStorageWatch, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    /// <summary>The time between two counts of the mark: what Redis lost of less than that is noticed by the silo alone that wrote it.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>How long a request waits for what other silos know before it is refused for now.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>A mark nobody counts any more goes by itself.</summary>
    private static readonly TimeSpan _lifeOfMark = TimeSpan.FromDays(1);

    private readonly RedisKey _mark = $"{settings.ServiceId}/mark/{own.SiloAddress.ToParsableString()}";
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private HashSet<SiloAddress>? _unheard;
    private Task<IConnectionMultiplexer>? _connection;
    private Task _counting = Task.CompletedTask;
    private TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isBeginning = true;
    private long _counted;

    /// <inheritdoc />
    public async Task Trust()
    {
        long least;
        lock (_lock)
        {
            least = _counted;
        }

        var mark = await (await Database()).StringGetAsync(_mark);
        Judge(mark.TryParse(out long value) ? value : 0, least);
        Task told;
        lock (_lock)
        {
            told = _told.Task;
        }

        try
        {
            await told.WaitAsync(_patience, clock);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException("Redis went back to an earlier state, and not every silo has said yet what it saw spent since.");
        }
    }

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(nameof(RestoreWatch), ServiceLifecycleStage.Active, Begin, End);

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
        _counting = Task.WhenAll(Count(_stopping.Token), Tell(_stopping.Token));
        return Task.CompletedTask;
    }

    private async Task End(CancellationToken cancellationToken)
    {
        // What is left to tell; nobody waits for neighbours that do not answer longer than for any other call to them.
        await TellNeighbours();
        await _stopping.CancelAsync();
        await _counting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Count(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!stopping.IsCancellationRequested)
        {
            await Task.WhenAll(CountOnce(), AskThoseNotHeard());
            await Task.Delay(Period, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CountOnce()
    {
        try
        {
            long least;
            lock (_lock)
            {
                least = _counted;
            }

            var database = await Database();
            var counted = database.StringIncrementAsync(_mark);
            _ = database.KeyExpireAsync(_mark, _lifeOfMark, flags: CommandFlags.FireAndForget);
            var value = await counted;
            Judge(value - 1, least);
            lock (_lock)
            {
                _counted = Math.Max(_counted, value);
            }
        }
        catch (Exception failure) when (failure is RedisException or RedisTimeoutException or RedisCommandException or ObjectDisposedException)
        {
            // Counted at the next turn; who reads meanwhile fails by itself.
        }
    }

    /// <summary>The mark must not be lower than it was when it was asked for.</summary>
    private void Judge(long mark, long least)
    {
        lock (_lock)
        {
            if (mark >= least || least > _counted)
            {
                // Where it is noticed already the count has begun anew below what this call still waited for.
                return;
            }

            _counted = mark;
            _unheard = [.. Others()];
            _isBeginning = false;

            // Answers to questions of before may lack what was spent since then; who waits for them waits for the new ones.
            var before = _told;
            _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = _told.Task.ContinueWith(_ => before.TrySetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        LogWentBack(versions.Count);
        _ = AskThoseNotHeard();
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

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Redis went back to an earlier state: it was restored, or lost writes in a fail-over. Codes, refresh tokens and proofs that silos saw spent since ({Known} versions here) stay spent; until every silo has said which ones, they are answered 503. docs/operations.md says what nobody can know.")]
    private partial void LogWentBack(int known);
}
