using System.Collections.Immutable;
using Uitsmijter.Actors.Clustering.Kubernetes.Resources;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Membership;

/// <summary>Translates between Orleans' entries and the rows of the object.</summary>
internal static class Rows
{
    /// <summary>An entry as a row.</summary>
    /// <param name="entry">The entry.</param>
    public static SiloRow Write(MembershipEntry entry) => new()
    {
        Address = entry.SiloAddress.ToParsableString(),
        Status = entry.Status.ToString(),
        Name = entry.SiloName,
        HostName = entry.HostName,
        RoleName = entry.RoleName,
        ProxyPort = entry.ProxyPort,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        StartTime = Instant.Write(entry.StartTime),
        AliveTime = Instant.Write(entry.IAmAliveTime),
        Suspicions = [.. (entry.SuspectTimes ?? []).Select(static vote => new Suspicion(vote.Item1.ToParsableString(), Instant.Write(vote.Item2)))],
    };

    /// <summary>A row as an entry.</summary>
    /// <param name="row">The row.</param>
    /// <param name="heartbeats">Later signs of life, by the silo's address.</param>
    /// <exception cref="FormatException">Somebody edited the object.</exception>
    public static MembershipEntry Read(SiloRow row, IReadOnlyDictionary<string, DateTime> heartbeats)
    {
        var alive = Instant.Read(row.AliveTime);
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(row.Address),
            Status = Enum.TryParse<SiloStatus>(row.Status, out var status) ? status : throw new FormatException($"'{row.Status}' is no status of a silo."),
            SiloName = row.Name ?? "",
            HostName = row.HostName ?? "",
            RoleName = row.RoleName ?? "",
            ProxyPort = row.ProxyPort,
            UpdateZone = row.UpdateZone,
            FaultZone = row.FaultZone,
            StartTime = Instant.Read(row.StartTime),
            IAmAliveTime = heartbeats.TryGetValue(row.Address, out var later) && later > alive ? later : alive,
            SuspectTimes = [.. Votes(row).Select(static vote => Tuple.Create(SiloAddress.FromParsableString(vote.By), Instant.Read(vote.At)))],
        };
    }

    /// <summary>True for a silo that died, and of which nothing was heard or said since an instant.</summary>
    /// <param name="entry">The silo.</param>
    /// <param name="before">The instant.</param>
    public static bool IsDefunct(MembershipEntry entry, DateTime before) =>
        entry.Status == SiloStatus.Dead
        && entry.StartTime < before
        && entry.IAmAliveTime < before
        && entry.SuspectTimes?.Exists(vote => vote.Item2 >= before) != true;

    private static ImmutableArray<Suspicion> Votes(SiloRow row) => row.Suspicions.IsDefault ? [] : row.Suspicions;
}
