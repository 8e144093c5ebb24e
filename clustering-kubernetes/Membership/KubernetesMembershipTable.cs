using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using k8s.Models;
using Uitsmijter.Actors.Clustering.Kubernetes.Api;
using Uitsmijter.Actors.Clustering.Kubernetes.Resources;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Membership;

/// <summary>
/// Orleans' membership table in one custom resource: rows and version change together by one write, which the API server takes only for the
/// resource version it was read with. Signs of life are objects of their own (docs/decisions).
/// </summary>
internal sealed partial class KubernetesMembershipTable(
    MembershipApi api,
    IOptions<ClusterOptions> cluster,
    IOptions<KubernetesClusteringOptions> options,
    TimeProvider clock,
    ILogger<KubernetesMembershipTable> logger) : IMembershipTable
{
    // A removal that loses this often against changes of membership waits for the next round.
    private const int RemovalAttempts = 5;

    private static readonly TimeSpan _foreignPause = TimeSpan.FromSeconds(15);
    private readonly string _clusterId = cluster.Value.ClusterId;
    private readonly string _serviceId = cluster.Value.ServiceId;
    private readonly string _name = ObjectName.OfCluster(cluster.Value.ClusterId);
    private readonly TimeSpan _patience = options.Value.Patience;
    private volatile OrleansCluster? _last;

    /// <summary>
    /// Makes the table, if there is none. It waits without end for a reachable API server, its resource definitions and its rules, because
    /// Orleans would end the process instead; the silo is not ready meanwhile.
    /// </summary>
    /// <param name="tryInitTableVersion">Whether to make the table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken)
    {
        await api.MayDoAll(cancellationToken);
        while (true)
        {
            var table = await api.ReadCluster(_name, Timeout.InfiniteTimeSpan, cancellationToken);
            if (table is null && tryInitTableVersion)
            {
                await api.CreateCluster(TableChange.Empty(_name, _clusterId, _serviceId), Timeout.InfiniteTimeSpan, cancellationToken);
            }
            else if (table is null || IsOurs(table))
            {
                break;
            }
            else
            {
                LogForeign(_name, table.Spec.ServiceId, _serviceId, _foreignPause.TotalSeconds);
                await Task.Delay(_foreignPause, clock, cancellationToken);
            }
        }

        await api.ListHeartbeats(_name, Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken)
    {
        var table = await Read(cancellationToken);
        return TableChange.Read(table, await api.ListHeartbeats(_name, _patience, cancellationToken));
    }

    /// <inheritdoc />
    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken)
    {
        var all = await ReadAllAsync(cancellationToken);
        return all.TryGet(key) is { } row ? new MembershipTableData(row, all.Version) : new MembershipTableData(all.Version);
    }

    /// <inheritdoc />
    public async Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken) =>
        await Write(TableChange.Insert(await Seen(tableVersion, cancellationToken), entry, tableVersion), cancellationToken);

    /// <inheritdoc />
    public async Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken) =>
        etag == tableVersion.VersionEtag
        && await Write(TableChange.Update(await Seen(tableVersion, cancellationToken), entry, tableVersion), cancellationToken);

    /// <inheritdoc />
    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken)
    {
        // Whoever deletes the table by hand leaves no heartbeats behind: Kubernetes deletes what the table owns.
        var owner = _last is { Metadata: { Uid: { } uid } } ? new[] { new V1OwnerReference { ApiVersion = ResourceWords.ApiVersion, Kind = ResourceWords.Cluster, Name = _name, Uid = uid } } : null;
        return api.Write(
            new OrleansHeartbeat
            {
                Metadata = new V1ObjectMeta
                {
                    Name = ObjectName.OfHeartbeat(_clusterId, entry.SiloAddress),
                    Labels = new Dictionary<string, string> { [ResourceWords.ClusterLabel] = _name },
                    OwnerReferences = owner,
                },
                Spec = new OrleansHeartbeat.Sign(_clusterId, entry.SiloAddress.ToParsableString(), Instant.Write(entry.IAmAliveTime)),
            },
            _patience,
            cancellationToken);
    }

    /// <inheritdoc />
    public async Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken)
    {
        var before = beforeDate.UtcDateTime;
        var heartbeats = await api.ListHeartbeats(_name, _patience, cancellationToken);
        for (var attempt = 0; attempt < RemovalAttempts; attempt++)
        {
            var table = await Read(cancellationToken);
            var defunct = TableChange.Read(table, heartbeats).Members.Where(member => Rows.IsDefunct(member.Item1, before))
                .Select(static member => member.Item1.SiloAddress.ToParsableString()).ToHashSet();
            if (TableChange.Remove(table, row => defunct.Contains(row.Address)) is not { } next)
            {
                await RemoveHeartbeats(table, heartbeats, before, cancellationToken);
                return;
            }

            if (await Write(next, cancellationToken))
            {
                await RemoveHeartbeats(next, heartbeats, before, cancellationToken);
                return;
            }
        }
    }

    /// <inheritdoc />
    public async Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken)
    {
        var name = ObjectName.OfCluster(clusterId);
        await api.DeleteCluster(name, _patience, cancellationToken);
        foreach (var heartbeat in await api.ListHeartbeats(name, _patience, cancellationToken))
        {
            await api.DeleteHeartbeat(heartbeat.Metadata.Name, _patience, cancellationToken);
        }
    }

    /// <summary>Reads the table without signs of life.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubernetesClusteringException">It is not there, not ours, or cannot be read.</exception>
    private async Task<OrleansCluster> Read(CancellationToken cancellationToken)
    {
        var table = await api.ReadCluster(_name, _patience, cancellationToken)
            ?? throw new KubernetesClusteringException(
                $"Cluster membership: the {ResourceWords.Cluster} {_name} was deleted while its silos ran. They go on with what they know; restart all of them, the first one makes it anew.");
        if (!IsOurs(table))
        {
            throw new KubernetesClusteringException(
                $"Cluster membership: the {ResourceWords.Cluster} {_name} belongs to the service {table.Spec.ServiceId}, not {_serviceId}: give each service a cluster id of its own.");
        }

        return _last = table;
    }

    // What was read last is mostly what the caller has seen; the condition of the write is the same either way.
    private async Task<OrleansCluster> Seen(TableVersion version, CancellationToken cancellationToken) =>
        _last is { } last && last.Metadata.ResourceVersion == version.VersionEtag ? last : await Read(cancellationToken);

    private async Task<bool> Write(OrleansCluster? next, CancellationToken cancellationToken)
    {
        if (next is null || await api.ReplaceCluster(next, _patience, cancellationToken) is not { } written)
        {
            return false;
        }

        _last = written;
        return true;
    }

    // A heartbeat without a row belongs to a silo that was removed; a fresh one may be that of a silo whose row we have not seen yet.
    private async Task RemoveHeartbeats(OrleansCluster table, List<OrleansHeartbeat> heartbeats, DateTime before, CancellationToken cancellationToken)
    {
        var known = table.Spec.Silos.Select(static row => row.Address).ToHashSet();
        foreach (var heartbeat in heartbeats.Where(one => !known.Contains(one.Spec.Silo) && Instant.Read(one.Spec.AliveTime) < before))
        {
            await api.DeleteHeartbeat(heartbeat.Metadata.Name, _patience, cancellationToken);
        }
    }

    private bool IsOurs(OrleansCluster table) => table.Spec.ClusterId == _clusterId && table.Spec.ServiceId == _serviceId;

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Cluster membership: the OrleansCluster {Name} belongs to the service {Owner}, not {Service}: give each service a cluster id of its own; trying again in {Seconds} s.")]
    private partial void LogForeign(string name, string owner, string service, double seconds);
}
