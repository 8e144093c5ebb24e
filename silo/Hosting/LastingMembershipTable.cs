using System.Security.Cryptography;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>
/// Membership that outlives its storage. A store that was restored from a snapshot, or that lost its last writes in a fail-over, names members that are gone
/// as alive and members that live not at all; and as its version went back, silos that run take no news from it until it has caught up. This table
/// remembers what it saw last, notices that the version went back, and writes what is missing again: the rows first, the version last, so that whoever
/// runs sees the whole at once (docs/decisions/0079).
/// </summary>
/// <param name="inner">The table in the store.</param>
/// <param name="own">The silo of this process.</param>
/// <param name="known">What this silo knows of the cluster: neighbours tell it more, and sooner, than it reads.</param>
/// <param name="clock">The clock of rows.</param>
/// <param name="logger">For the one line.</param>
internal sealed partial class LastingMembershipTable(IMembershipTable inner, SiloAddress own, Func<ClusterMembershipSnapshot> known, TimeProvider clock, ILogger<LastingMembershipTable> logger) : IMembershipTable
{
    /// <summary>
    /// By how much clocks may differ. A row nobody knows, of a silo that began before the last look, is of one that had gone by then and was tidied away;
    /// tidying takes far longer than this.
    /// </summary>
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A member this silo has heard of and never read can only write itself again. So long the others hold the version back for it: it looks every fifteen
    /// seconds, and after a store that was away later, by Orleans' pause between failures.
    /// </summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);

    // What is left when a look has written so much waits for the next one.
    private const int MostSteps = 250;
    private const int LongestPauseInMilliseconds = 50;

    private readonly Lock _lock = new();
    private long? _noticed;
    private Seen _seen = new(0, new Dictionary<SiloAddress, MembershipEntry>(), default);

    /// <inheritdoc />
    public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken) => inner.InitializeMembershipTableAsync(tryInitTableVersion, cancellationToken);

    /// <inheritdoc />
    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken)
    {
        var table = await inner.ReadAllAsync(cancellationToken);
        if (table.Version.Version < Newest(known()))
        {
            table = await PutBack(cancellationToken);
        }
        else
        {
            Forget();
        }

        Remember(table);
        return table;
    }

    /// <inheritdoc />
    public Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken) => inner.ReadRowAsync(key, cancellationToken);

    /// <inheritdoc />
    public async Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken) =>
        Remember(entry, tableVersion, await inner.InsertRowAsync(entry, tableVersion, cancellationToken));

    /// <inheritdoc />
    public async Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken) =>
        Remember(entry, tableVersion, await inner.UpdateRowAsync(entry, etag, tableVersion, cancellationToken));

    /// <inheritdoc />
    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) => inner.UpdateIAmAliveAsync(entry, cancellationToken);

    /// <inheritdoc />
    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken) => inner.CleanupDefunctSiloEntriesAsync(beforeDate, cancellationToken);

    /// <inheritdoc />
    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) => inner.DeleteMembershipTableEntriesAsync(clusterId, cancellationToken);

    private long Newest(ClusterMembershipSnapshot heard) => Math.Max(_seen.Version, heard.Version.Value);

    private async Task<MembershipTableData> PutBack(CancellationToken cancellationToken)
    {
        // Taken before the table is read once more: a look that was merely overtaken by a change is not a store that went back.
        var (seen, heard) = (_seen, known());
        var newest = Newest(heard);
        var table = await inner.ReadAllAsync(cancellationToken);
        if (table.Version.Version >= newest)
        {
            return table;
        }

        var noticed = Notice(table.Version.Version, newest);
        for (var step = 0; step < MostSteps && table.Version.Version <= newest && Next(table, seen, heard, clock.GetElapsedTime(noticed)) is { } change; step++)
        {
            if (!await change(cancellationToken))
            {
                // Others mend it, too. Whoever loses a write reads what the winner made of it, and lets it go on.
                await Task.Delay(RandomNumberGenerator.GetInt32(LongestPauseInMilliseconds), cancellationToken);
            }

            table = await inner.ReadAllAsync(cancellationToken);
        }

        return table;
    }

    // Stores count versions one by one, so the way to the newest is so many writes; the last ones change nothing else.
    private Func<CancellationToken, Task<bool>>? Next(MembershipTableData table, Seen seen, ClusterMembershipSnapshot heard, TimeSpan waited)
    {
        var next = table.Version.Next();
        foreach (var entry in seen.Rows.Values.Where(entry => entry.Status != SiloStatus.Dead && heard.GetSiloStatus(entry.SiloAddress) != SiloStatus.Dead))
        {
            switch (table.TryGet(entry.SiloAddress))
            {
                case null:
                    return cancellation => inner.InsertRowAsync(entry, next, cancellation);
                case { } row when row.Item1.Status < entry.Status:
                    return cancellation => inner.UpdateRowAsync(entry, row.Item2, next, cancellation);
            }
        }

        if (table.Members.FirstOrDefault(row => IsGone(row.Item1, seen, heard)) is { } gone)
        {
            gone.Item1.Status = SiloStatus.Dead;
            return cancellation => inner.UpdateRowAsync(gone.Item1, gone.Item2, next, cancellation);
        }

        return table.TryGet(own) is { } ours && (waited >= _patience || !IsSomebodyMissing(table, heard)) ? cancellation => inner.UpdateRowAsync(ours.Item1, ours.Item2, next, cancellation) : null;
    }

    private static bool IsSomebodyMissing(MembershipTableData table, ClusterMembershipSnapshot heard) =>
        heard.Members.Values.Any(member => member.Status is SiloStatus.Joining or SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping && table.TryGet(member.SiloAddress) is null);

    private static bool IsGone(MembershipEntry row, Seen seen, ClusterMembershipSnapshot heard)
    {
        var (isKnown, said) = (seen.Rows.TryGetValue(row.SiloAddress, out var known), heard.GetSiloStatus(row.SiloAddress));
        return row.Status != SiloStatus.Dead && (said == SiloStatus.Dead || known?.Status == SiloStatus.Dead || (!isKnown && said == SiloStatus.None && row.StartTime + _skew < seen.At));
    }

    /// <summary>When it was noticed that the store went back; said once, however many looks it takes to mend it.</summary>
    private long Notice(long version, long newest)
    {
        lock (_lock)
        {
            if (_noticed is null)
            {
                LogWentBack(version, newest);
            }

            return _noticed ??= clock.GetTimestamp();
        }
    }

    private void Forget()
    {
        lock (_lock)
        {
            _noticed = null;
        }
    }

    private void Remember(MembershipTableData table)
    {
        lock (_lock)
        {
            if (table.Version.Version >= _seen.Version)
            {
                _seen = new Seen(table.Version.Version, table.Members.ToDictionary(static row => row.Item1.SiloAddress, static row => row.Item1), clock.GetUtcNow().UtcDateTime);
            }
        }
    }

    private bool Remember(MembershipEntry entry, TableVersion version, bool isWritten)
    {
        lock (_lock)
        {
            if (isWritten && version.Version > _seen.Version)
            {
                _seen = _seen with { Version = version.Version, Rows = new Dictionary<SiloAddress, MembershipEntry>(_seen.Rows) { [entry.SiloAddress] = entry } };
            }
        }

        return isWritten;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The table of members is at version {Version} in the store, where {Newest} was seen: the store was restored, or lost writes in a fail-over. The members of now are written to it again. What else it has forgotten, and what silos and gateways know of it: docs/operations.md.")]
    private partial void LogWentBack(long version, long newest);

    /// <summary>The table as it was seen last.</summary>
    /// <param name="Version">Its version.</param>
    /// <param name="Rows">Its rows.</param>
    /// <param name="At">When, by this silo's clock.</param>
    private sealed record Seen(long Version, IReadOnlyDictionary<SiloAddress, MembershipEntry> Rows, DateTime At);
}
