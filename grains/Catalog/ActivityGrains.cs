using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Catalog;

/// <inheritdoc cref="ITenantGrain"/>
/// <param name="record">The counts.</param>
/// <param name="clock">The clock.</param>
[GrainType("tenant")]
[CollectionAgeLimit(Minutes = 5)]
internal sealed class TenantGrain([PersistentState("activity", StorageNames.Durable)] IPersistentState<ActivityRecord> record, TimeProvider clock) : Grain, ITenantGrain
{
    private readonly ActivityCounts _counts = new(record, clock);

    /// <inheritdoc />
    public Task Count(ActivityReport report) => _counts.Count(report);

    /// <inheritdoc />
    public Task<Activity> Read(CancellationToken cancellationToken) => _counts.Read();
}

/// <inheritdoc cref="IClientGrain"/>
/// <param name="record">The counts.</param>
/// <param name="clock">The clock.</param>
[GrainType("client")]
[CollectionAgeLimit(Minutes = 5)]
internal sealed class ClientGrain([PersistentState("activity", StorageNames.Durable)] IPersistentState<ActivityRecord> record, TimeProvider clock) : Grain, IClientGrain
{
    private readonly ActivityCounts _counts = new(record, clock);

    /// <inheritdoc />
    public Task Count(ActivityReport report) => _counts.Count(report);

    /// <inheritdoc />
    public Task<Activity> Read(CancellationToken cancellationToken) => _counts.Read();
}
