using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using Uitsmijter.Actors.Clustering.Kubernetes.Api;
using Uitsmijter.Actors.Clustering.Kubernetes.Resources;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Membership;

/// <summary>The silos that take clients. It only reads the table, so a client needs no more than that right.</summary>
/// <param name="api">The API server.</param>
/// <param name="cluster">Which cluster.</param>
/// <param name="options">How patient it is.</param>
/// <param name="gateways">How often Orleans asks.</param>
internal sealed class KubernetesGatewayList(
    MembershipApi api,
    IOptions<ClusterOptions> cluster,
    IOptions<KubernetesClusteringOptions> options,
    IOptions<GatewayOptions> gateways) : IGatewayListProvider
{
    private static readonly Dictionary<string, DateTime> _noHeartbeats = [];

    /// <inheritdoc />
    public TimeSpan MaxStaleness => gateways.Value.GatewayListRefreshPeriod;

    /// <inheritdoc />
    [Obsolete("Orleans asks no more.")]
    public bool IsUpdatable => true;

    /// <inheritdoc />
    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    /// <inheritdoc />
    public Task<IList<Uri>> GetGateways() => GetGatewaysAsync(CancellationToken.None);

    /// <summary>Addresses of the active silos that take clients; none where there is no table yet.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubernetesClusteringException">The table cannot be read, or is another service's.</exception>
    public async Task<IList<Uri>> GetGatewaysAsync(CancellationToken cancellationToken)
    {
        var table = await api.ReadCluster(ObjectName.OfCluster(cluster.Value.ClusterId), options.Value.Patience, cancellationToken);
        if (table is null)
        {
            return [];
        }

        if (table.Spec.ServiceId != cluster.Value.ServiceId || table.Spec.ClusterId != cluster.Value.ClusterId)
        {
            throw new KubernetesClusteringException(
                $"Cluster membership: the {ResourceWords.Cluster} {table.Metadata.Name} belongs to the service {table.Spec.ServiceId}, not {cluster.Value.ServiceId}: give each service a cluster id of its own.");
        }

        return
        [
            .. table.Spec.Silos.Select(static row => Rows.Read(row, _noHeartbeats))
                .Where(static silo => silo is { Status: SiloStatus.Active, ProxyPort: > 0 })
                .Select(static silo => SiloAddress.New(silo.SiloAddress.Endpoint.Address, silo.ProxyPort, silo.SiloAddress.Generation).ToGatewayUri()),
        ];
    }
}
