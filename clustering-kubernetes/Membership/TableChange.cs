using System.Collections.Immutable;
using System.Globalization;
using k8s.Models;
using Uitsmijter.Actors.Clustering.Kubernetes.Resources;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Membership;

/// <summary>The changes of a membership table, without any input or output: a table in, the next table out, or null where the protocol forbids it.</summary>
internal static class TableChange
{
    /// <summary>The table of a cluster without silos.</summary>
    /// <param name="name">Name of its object.</param>
    /// <param name="clusterId">Its cluster.</param>
    /// <param name="serviceId">Its service.</param>
    public static OrleansCluster Empty(string name, string clusterId, string serviceId) => new()
    {
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new OrleansCluster.Table { ClusterId = clusterId, ServiceId = serviceId },
    };

    /// <summary>Adds a silo; null where it is there already, or where the caller did not see this table.</summary>
    /// <param name="cluster">The table.</param>
    /// <param name="entry">The silo.</param>
    /// <param name="version">The next version, with the ETag of the table the caller saw.</param>
    public static OrleansCluster? Insert(OrleansCluster cluster, MembershipEntry entry, TableVersion version)
    {
        var row = Rows.Write(entry);
        return Follows(cluster, version) && IndexOf(cluster, row) < 0 ? With(cluster, cluster.Spec.Silos.Add(row)) : null;
    }

    /// <summary>Changes a silo; null where it is not there, or where the caller did not see this table.</summary>
    /// <inheritdoc cref="Insert" path="/param"/>
    public static OrleansCluster? Update(OrleansCluster cluster, MembershipEntry entry, TableVersion version)
    {
        var row = Rows.Write(entry);
        var index = IndexOf(cluster, row);
        return Follows(cluster, version) && index >= 0 ? With(cluster, cluster.Spec.Silos.SetItem(index, row)) : null;
    }

    /// <summary>
    /// Removes silos; null where there is nothing to remove. It is a change like any other, with a version of its own: the object's resource
    /// version, our ETag, moves with it.
    /// </summary>
    /// <param name="cluster">The table.</param>
    /// <param name="isGone">Which ones.</param>
    public static OrleansCluster? Remove(OrleansCluster cluster, Predicate<SiloRow> isGone)
    {
        var left = cluster.Spec.Silos.RemoveAll(isGone);
        return left.Length == cluster.Spec.Silos.Length ? null : With(cluster, left);
    }

    /// <summary>The version of a table: its number, and the object's resource version as ETag.</summary>
    /// <param name="cluster">The table.</param>
    public static TableVersion VersionOf(OrleansCluster cluster) => new(cluster.Spec.Version, cluster.Metadata.ResourceVersion);

    /// <summary>The table as Orleans reads it. As every row changes with the table only, the table's ETag is every row's.</summary>
    /// <param name="cluster">The table.</param>
    /// <param name="heartbeats">Later signs of life.</param>
    /// <exception cref="KubernetesClusteringException">Somebody edited the object.</exception>
    public static MembershipTableData Read(OrleansCluster cluster, IEnumerable<OrleansHeartbeat> heartbeats)
    {
        try
        {
            var later = heartbeats.Where(heartbeat => heartbeat.Spec.ClusterId == cluster.Spec.ClusterId)
                .ToDictionary(static heartbeat => heartbeat.Spec.Silo, static heartbeat => Instant.Read(heartbeat.Spec.AliveTime));
            var version = VersionOf(cluster);
            return new MembershipTableData(
                [.. cluster.Spec.Silos.Select(row => Tuple.Create(Rows.Read(row, later), version.VersionEtag))], version);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or OverflowException)
        {
            throw new KubernetesClusteringException(
                string.Create(CultureInfo.InvariantCulture, $"Cluster membership: the {ResourceWords.Cluster} {cluster.Metadata.Name} was edited by hand and cannot be read ({exception.Message}): restore it, or stop all silos and delete it."), exception);
        }
    }

    private static bool Follows(OrleansCluster cluster, TableVersion version) =>
        cluster.Metadata.ResourceVersion == version.VersionEtag && version.Version == cluster.Spec.Version + 1;

    private static int IndexOf(OrleansCluster cluster, SiloRow row) => cluster.Spec.Silos.FindIndex(other => other.Address == row.Address);

    private static OrleansCluster With(OrleansCluster cluster, ImmutableArray<SiloRow> silos) => cluster with
    {
        Spec = cluster.Spec with
        {
            Version = cluster.Spec.Version + 1,
            Silos = silos,
            ActiveSilos = silos.Count(static silo => silo.Status == nameof(SiloStatus.Active)),
        },
    };

    private static int FindIndex(this ImmutableArray<SiloRow> silos, Predicate<SiloRow> isWanted)
    {
        for (var index = 0; index < silos.Length; index++)
        {
            if (isWanted(silos[index]))
            {
                return index;
            }
        }

        return -1;
    }
}
