using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Revocation;

namespace Uitsmijter.Actors.Gateway.Revocation;

/// <summary>One shard of the feed: reads it in order, and wholly anew when its numbering started over or ran backwards; then it gives back what the feed has lost.</summary>
internal sealed class ShardMirror
{
    private const int PageSize = 1000;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    /// <summary>How many lost entries are given back between two looks at the feed.</summary>
    private const int MostGivenBack = 100;

    private readonly IGrainFactory _grains;
    private readonly int _shard;
    private readonly TimeProvider _clock;
    private readonly Action _applied;
    private readonly MirrorLoop _loop;
    private readonly FeedObserver _observer;
    private IFeedObserver? _reference;
    private volatile RevokedIds _ids = new();
    private RevokedIds? _rebuilding;
    private readonly Queue<RevocationEntry> _lost = new();
    private long _epoch;
    private long _number;
    private long _levelAt;
    private DateTimeOffset _sweepAt;

    /// <summary>A mirror of one shard.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="shard">Number of the shard.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="applied">Called after entries became visible.</param>
    public ShardMirror(IGrainFactory grains, int shard, TimeProvider clock, ILogger logger, Action applied)
    {
        _grains = grains;
        _shard = shard;
        _clock = clock;
        _applied = applied;
        _loop = new MirrorLoop($"revocations, shard {shard}", clock, logger);
        _observer = new FeedObserver(_loop);
    }

    /// <summary>The ids as they are known now.</summary>
    public RevokedIds Ids => _ids;

    /// <summary>Timestamp of the last time the shard was known to be read to its end; 0 before the first time.</summary>
    public long LevelAt => Interlocked.Read(ref _levelAt);

    /// <summary>Runs until cancelled.</summary>
    public Task Run(CancellationToken cancellationToken) => _loop.Run(Subscribe, Pull, cancellationToken);

    private IRevocationFeedGrain Feed => _grains.GetGrain<IRevocationFeedGrain>(_shard);

    private Task Subscribe() => Feed.Subscribe(_reference ??= _grains.CreateObjectReference<IFeedObserver>(_observer));

    private async Task<bool> Pull(CancellationToken cancellationToken)
    {
        var before = (_epoch, _number);
        RevocationPage page;
        do
        {
            var asked = _clock.GetTimestamp();
            page = await Feed.Read(_epoch, _number, PageSize, cancellationToken)
                .WaitAsync(MirrorLoop.CallLimit, _clock, cancellationToken);
            if (page.Epoch == _epoch && page.Number < _number)
            {
                // A gap: entries this mirror has seen are missing. Everything is read anew beside the old table.
                (_epoch, _number, _rebuilding) = (0, 0, null);
                _loop.Nudge();
                return false;
            }

            Apply(page);
            if (!page.More)
            {
                Interlocked.Exchange(ref _levelAt, asked);
            }
        }
        while (page.More);

        Sweep();
        await GiveBack(cancellationToken);
        return (_epoch, _number) != before;
    }

    /// <summary>
    /// A feed that was set back to an older copy has lost what was revoked since. This gateway knows, and one that starts later would not: so it puts them in again (attack 50). Every mirror does;
    /// whoever comes second changes nothing.
    /// </summary>
    private async Task GiveBack(CancellationToken cancellationToken)
    {
        for (var left = MostGivenBack; left > 0 && _lost.TryPeek(out var entry); left--)
        {
            await Feed.Append(entry, cancellationToken).WaitAsync(MirrorLoop.CallLimit, _clock, cancellationToken);
            _lost.Dequeue();
        }
    }

    private void Apply(RevocationPage page)
    {
        if (page.Epoch != _epoch)
        {
            (_epoch, _rebuilding) = (page.Epoch, new RevokedIds());
        }

        _number = page.Number;
        var target = _rebuilding ?? _ids;
        foreach (var entry in page.Entries)
        {
            target.Add(entry);
        }

        if (_rebuilding is { } complete && !page.More)
        {
            foreach (var entry in _ids.MissingIn(complete, _clock.GetUtcNow()))
            {
                _lost.Enqueue(entry);
            }

            complete.AddAll(_ids);
            (_ids, _rebuilding) = (complete, null);
            _applied();
        }
        else if (_rebuilding is null && page.Entries.Length > 0)
        {
            _applied();
        }
    }

    private void Sweep()
    {
        var now = _clock.GetUtcNow();
        if (now >= _sweepAt)
        {
            _sweepAt = now + SweepEvery;
            _ids.DropEndedBefore(now - RevocationRules.Reserve);
        }
    }
}
