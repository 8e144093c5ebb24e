using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Revocation;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>One shard of the revocation feed.</summary>
internal sealed class FakeFeed : IRevocationFeedGrain
{
    private readonly Lock _lock = new();
    private readonly List<IFeedObserver> _observers = [];
    private List<RevocationEntry> _entries = [];
    private FakeCluster? _cluster;

    public long Epoch { get; private set; } = 1;

    public int Subscriptions { get; private set; }

    public bool IsMute { get; set; }

    /// <summary>While set, this shard alone throws it.</summary>
    public Exception? Outage { get; set; }

    public FakeFeed In(FakeCluster cluster)
    {
        _cluster = cluster;
        return this;
    }

    /// <summary>Forgets everything; with another epoch, or as a gap within the same one.</summary>
    public void Forget(bool sameEpoch)
    {
        lock (_lock)
        {
            Epoch += sameEpoch ? 0 : 1;
            _entries = [];
        }
    }

    public Task Append(RevocationEntry revocation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _entries.Add(revocation);
        }

        foreach (var observer in IsMute ? [] : _observers.ToArray())
        {
            observer.Moved(_entries.Count);
        }

        return Task.CompletedTask;
    }

    public Task<RevocationPage> Read(long epoch, long since, int limit, CancellationToken cancellationToken)
    {
        _cluster!.Guard();
        if (Outage is { } outage)
        {
            throw outage;
        }

        lock (_lock)
        {
            since = epoch == Epoch ? since : 0;
            var taken = _entries.Skip((int)since).Take(limit).ToList();
            var number = taken.Count > 0 ? since + taken.Count : _entries.Count;
            return Task.FromResult(new RevocationPage { Epoch = Epoch, Number = number, More = number < _entries.Count, Entries = [.. taken] });
        }
    }

    public Task<bool> Contains(RevocationKind kind, string id, CancellationToken cancellationToken) =>
        Task.FromResult(_entries.Exists(entry => entry.Kind == kind && entry.Id == id));

    public Task Subscribe(IFeedObserver observer)
    {
        _cluster!.Guard();
        lock (_lock)
        {
            Subscriptions++;
            _observers.Add(observer);
        }

        return Task.CompletedTask;
    }
}
