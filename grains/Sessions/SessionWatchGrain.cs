using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Uitsmijter.Actors.Grains.Feeds;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>One shard of the appointments with sessions.</summary>
[GrainType("session-watch")]
internal sealed class SessionWatchGrain : Grain, ISessionWatchGrain
{
    private static readonly TimeSpan _handedOutFor = TimeSpan.FromMinutes(1);

    private readonly FeedIndex<string, WatchRecord> _watched = new();
    private readonly PriorityQueue<WatchRecord, long> _queue = new();
    private readonly FeedStore<string, WatchRecord> _store;
    private readonly TimeProvider _clock;

    /// <summary>Made by Orleans.</summary>
    /// <param name="context">The activation.</param>
    /// <param name="storage">Where the appointments are kept.</param>
    /// <param name="clock">The clock.</param>
    public SessionWatchGrain(IGrainContext context, [FromKeyedServices(StorageNames.Durable)] IGrainStorage storage, TimeProvider clock)
    {
        _store = new(storage, context.GrainId, "watch");
        _clock = clock;
    }

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // A lost segment only means that some sessions are not looked at: their own rules still end them.
        var (records, _) = await _store.LoadAsync();
        _watched.Fill(records);
        _watched.RemoveWhere(static record => record.IsSettled);
        _queue.EnqueueRange(_watched.Newest.Select(static record => (record, record.DueSeconds)));
    }

    /// <inheritdoc />
    public Task RegisterAll(ImmutableArray<SessionCheck> checks, CancellationToken cancellationToken) => AppendAsync(checks);

    /// <inheritdoc />
    public Task<ImmutableArray<string>> Due(int limit, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var due = new List<WatchRecord>();
        while (due.Count < limit && _queue.TryPeek(out var record, out var at) && at <= now.ToUnixTimeSeconds())
        {
            _queue.Dequeue();
            if (_watched.IsNewest(record))
            {
                due.Add(record);
            }
        }

        // Whoever takes them may die with them: they come up again unless they are settled.
        _queue.EnqueueRange(due, (now + _handedOutFor).ToUnixTimeSeconds());
        return Task.FromResult(due.Select(static record => record.Sid).ToImmutableArray());
    }

    /// <inheritdoc />
    public Task Settle(ImmutableArray<SessionCheck> checks, CancellationToken cancellationToken) =>
        AppendAsync([.. checks.Where(check => check.Due is not null || _watched.Find(check.Sid) is not null)]);

    private async Task AppendAsync(IReadOnlyList<SessionCheck> checks)
    {
        var next = _store.NextAt(_clock.GetUtcNow());
        var records = checks
            .Select(check => new WatchRecord { Number = next++, Sid = check.Sid, DueSeconds = check.Due?.ToUnixTimeSeconds() + 1 ?? 0 })
            .ToList();
        if (records.Count == 0)
        {
            return;
        }

        var isDurable = false;
        try
        {
            var added = records.ToDictionary(static record => record.Sid);
            await _store.AppendAsync(records, record => IsLive(record, added));
            isDurable = true;
        }
        finally
        {
            if (!isDurable)
            {
                // Only storage knows what became of the write: the next activation reads it there.
                DeactivateOnIdle();
            }
        }

        records.ForEach(Remember);
    }

    private void Remember(WatchRecord record)
    {
        _watched.Add(record);
        if (record.IsSettled)
        {
            _watched.Remove(record.Sid);
        }
        else
        {
            _queue.Enqueue(record, record.DueSeconds);
        }
    }

    // A settled record may be dropped although an older one of the session is still in a segment: should it come back, the check
    // finds no session and settles it again.
    private bool IsLive(WatchRecord record, Dictionary<string, WatchRecord> added) =>
        !record.IsSettled && (added.TryGetValue(record.Sid, out var newer) ? ReferenceEquals(newer, record) : _watched.IsNewest(record));
}
