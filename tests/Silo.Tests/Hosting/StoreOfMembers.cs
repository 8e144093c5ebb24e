using Orleans;
using Orleans.Runtime;

namespace Uitsmijter.Actors.Silo.Tests.Hosting;

/// <summary>A store of members that a test can restore from a copy. Like Redis it counts versions one by one and takes a change only on top of the version it was made for.</summary>
internal sealed class StoreOfMembers : IMembershipTable
{
    private readonly Lock _lock = new();
    private Dictionary<SiloAddress, MembershipEntry> _rows = [];
    private int _version;
    private TaskCompletionSource? _late;

    /// <summary>Versions that were written, with the number of members that were alive in them.</summary>
    public List<(int Number, int Members)> Written { get; } = [];

    /// <summary>What a backup would hold.</summary>
    public (int Version, Dictionary<SiloAddress, MembershipEntry> Rows) Copy() => (_version, _rows.ToDictionary(static row => row.Key, static row => Clone(row.Value)));

    /// <summary>Puts a backup in place of what there is.</summary>
    public void Restore((int Version, Dictionary<SiloAddress, MembershipEntry> Rows) backup) =>
        (_version, _rows) = (backup.Version, backup.Rows.ToDictionary(static row => row.Key, static row => Clone(row.Value)));

    /// <summary>Takes a row away without a new version, as tidying does.</summary>
    public void Forget(SiloAddress address) => _rows.Remove(address);

    /// <summary>Lets the next look see what there is now and answer when the test says so.</summary>
    public TaskCompletionSource AnswerLate() => _late = new TaskCompletionSource();

    /// <inheritdoc />
    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken)
    {
        MembershipTableData seen;
        TaskCompletionSource? late;
        lock (_lock)
        {
            var version = new TableVersion(_version, _version.ToString(System.Globalization.CultureInfo.InvariantCulture));
            seen = new MembershipTableData([.. _rows.Values.Select(row => Tuple.Create(Clone(row), version.VersionEtag))], version);
            (late, _late) = (_late, null);
        }

        // As over a wire: whoever asks at the same time gets in between.
        await Task.Yield();
        await (late?.Task ?? Task.CompletedTask);
        return seen;
    }

    /// <inheritdoc />
    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken) => Write(entry, tableVersion, isNew: true);

    /// <inheritdoc />
    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken) => Write(entry, tableVersion, isNew: false);

    /// <inheritdoc />
    public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) => throw new NotSupportedException();

#pragma warning disable CS0618, CS0672 // The interface demands them; nothing of ours asks.
    Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) => throw new NotSupportedException();

    Task<MembershipTableData> IMembershipTable.ReadAll() => throw new NotSupportedException();

    Task<MembershipTableData> IMembershipTable.ReadRow(SiloAddress key) => throw new NotSupportedException();

    Task<bool> IMembershipTable.InsertRow(MembershipEntry entry, TableVersion tableVersion) => throw new NotSupportedException();

    Task<bool> IMembershipTable.UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => throw new NotSupportedException();

    Task IMembershipTable.UpdateIAmAlive(MembershipEntry entry) => throw new NotSupportedException();

    Task IMembershipTable.CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => throw new NotSupportedException();

    Task IMembershipTable.DeleteMembershipTableEntries(string clusterId) => throw new NotSupportedException();
#pragma warning restore CS0618, CS0672

    /// <summary>A row of its own.</summary>
    public static MembershipEntry Clone(MembershipEntry entry) => new()
    {
        SiloAddress = entry.SiloAddress, HostName = entry.HostName, SiloName = entry.SiloName, Status = entry.Status, StartTime = entry.StartTime, IAmAliveTime = entry.IAmAliveTime,
        SuspectTimes = [.. entry.SuspectTimes ?? []],
    };

    private Task<bool> Write(MembershipEntry entry, TableVersion version, bool isNew)
    {
        lock (_lock)
        {
            if (version.Version != _version + 1 || _rows.ContainsKey(entry.SiloAddress) == isNew)
            {
                return Task.FromResult(false);
            }

            _rows[entry.SiloAddress] = Clone(entry);
            _version = version.Version;
            Written.Add((_version, _rows.Values.Count(static row => row.Status == SiloStatus.Active)));
            return Task.FromResult(true);
        }
    }
}
