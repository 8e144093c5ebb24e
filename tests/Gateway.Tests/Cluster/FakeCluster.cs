using System.Collections.Concurrent;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>A cluster made of hand-written grains in this process: they keep the contracts, and can be made to fail.</summary>
internal sealed class FakeCluster(TimeProvider clock) : IGrainFactory
{
    private readonly ConcurrentDictionary<string, FakeSession> _sessions = new();
    private readonly ConcurrentDictionary<string, FakeThrottle> _throttles = new();

    public TimeProvider Clock => clock;

    public FakeCatalog Catalog { get; } = new();

    public FakeFeed[] Feeds { get; } = [.. Enumerable.Range(0, IRevocationFeedGrain.Shards).Select(static _ => new FakeFeed())];

    public FakeProvider Provider { get; } = new();

    public FakeKeys Keys { get; } = new();

    public FakeClientAuthentication ClientAuthentication { get; } = new();

    public FakeSealing Sealing { get; } = FakeSealing.At(clock.GetUtcNow());

    public IReadOnlyDictionary<string, FakeSession> Sessions => _sessions;

    public IReadOnlyDictionary<string, FakeThrottle> Throttles => _throttles;

    /// <summary>Counts of tenants and clients.</summary>
    public ConcurrentDictionary<string, FakeActivity> Activities { get; } = new();

    /// <summary>Grants that outlive a session, whoever asks.</summary>
    public List<OfflineGrant> OfflineGrants { get; } = [];

    /// <summary>While set, every call of every grain throws it.</summary>
    public Exception? Outage { get; set; }

    /// <summary>Makes the counters whose key contains a text refuse.</summary>
    public (string Contains, TimeSpan RetryAfter)? Refusing { get; set; }

    public FakeFeed FeedOf(string id) => Feeds[IRevocationFeedGrain.ShardOf(id)];

    public void Guard()
    {
        if (Outage is { } outage)
        {
            throw outage;
        }
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        object grain = typeof(TGrainInterface) == typeof(ICatalogGrain) ? Catalog.In(this)
            : typeof(TGrainInterface) == typeof(IProviderGrain) ? Provider.In(this, primaryKey)
            : typeof(TGrainInterface) == typeof(IClientAuthenticationGrain) ? ClientAuthentication.In(this, primaryKey)
            : typeof(TGrainInterface) == typeof(IKeyRingGrain) ? Keys.In(this, primaryKey)
            : typeof(TGrainInterface) == typeof(ISealingKeysGrain) ? Sealing.In(this)
            : typeof(TGrainInterface) == typeof(ISessionGrain) ? _sessions.GetOrAdd(primaryKey, key => new FakeSession(this, key))
            : typeof(TGrainInterface) == typeof(ITenantGrain) || typeof(TGrainInterface) == typeof(IClientGrain) ? Activities.GetOrAdd(primaryKey, _ => new FakeActivity(this))
            : typeof(TGrainInterface) == typeof(ISubjectGrain) ? new FakeSubject(this, primaryKey)
            : typeof(TGrainInterface) == typeof(IAuthorizationCodeGrain) ? new FakeCode(this)
            : typeof(TGrainInterface) == typeof(IDeviceGrain) ? new FakeDevice(this)
            : typeof(TGrainInterface) == typeof(ILoginGrain) ? new FakeLogin(this, primaryKey)
            : typeof(TGrainInterface) == typeof(ILoginThrottleGrain) ? _throttles.GetOrAdd(primaryKey, key => new FakeThrottle(this, key))
            : throw new NotSupportedException(typeof(TGrainInterface).Name);
        return (TGrainInterface)grain;
    }

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => (TGrainInterface)(object)Feeds[primaryKey].In(this);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => (TGrainObserverInterface)obj;

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => throw new NotSupportedException();

    public IAddressable GetGrain(Type grainInterfaceType, IdSpan grainKey) => throw new NotSupportedException();

    public IAddressable GetGrain(Type grainInterfaceType, IdSpan grainKey, string grainClassNamePrefix) => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId) => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => throw new NotSupportedException();
}
