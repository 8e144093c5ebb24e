using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Storage;
using Uitsmijter.Actors.Grains;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Records in the memory of this process, for a cluster of one silo. Orleans' own memory storage keeps them in grains, so that each read and
/// write is one more call between grains; here it is a look into a table. Records are kept as the bytes every other storage would hold: nobody
/// shares an object with storage, and whatever cannot be stored fails here as it would there.
/// </summary>
/// <param name="expiry">
/// An entry that nobody wrote for so long is swept out, as Redis does it; null keeps all. A broom and no rule: deadlines stand in the records.
/// </param>
/// <param name="clock">Measures elapsed time.</param>
internal sealed class ProcessMemoryStorage(TimeSpan? expiry, TimeProvider clock) : IGrainStorage
{
    /// <summary>Writes between two sweeps: each write pays for looking at one or two entries.</summary>
    private const int WritesPerSweep = 4096;

    private readonly ConcurrentDictionary<(GrainId Grain, string State), Entry> _records = new();
    private long _version;

    /// <summary>How many records there are.</summary>
    internal int Count => _records.Count;

    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_records.TryGetValue((grainId, stateName), out var entry))
        {
            grainState.State = JsonSerializer.Deserialize<T>(entry.Json, StoredJson.Options)!;
            grainState.ETag = TagOf(entry);
            grainState.RecordExists = true;
        }
        else
        {
            Forget(grainState);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">Somebody else wrote since the caller read. Everything single-use rests on this.</exception>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (grainId, stateName);
        var next = new Entry(JsonSerializer.SerializeToUtf8Bytes(grainState.State, StoredJson.Options), Interlocked.Increment(ref _version), clock.GetTimestamp());
        var isWritten = grainState.ETag is null
            ? _records.TryAdd(key, next)
            : _records.TryGetValue(key, out var held) && TagOf(held) == grainState.ETag && _records.TryUpdate(key, next, held);
        if (!isWritten)
        {
            throw Conflict(key, grainState.ETag);
        }

        grainState.ETag = TagOf(next);
        grainState.RecordExists = true;
        if (expiry is { } age && next.Version % WritesPerSweep == 0)
        {
            Sweep(age);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    /// <exception cref="InconsistentStateException">Somebody else wrote since the caller read.</exception>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (grainId, stateName);
        var isThere = _records.TryGetValue(key, out var held);
        if (isThere != grainState.ETag is not null
            || (isThere && (TagOf(held!) != grainState.ETag || !_records.TryRemove(KeyValuePair.Create(key, held!)))))
        {
            throw Conflict(key, grainState.ETag);
        }

        Forget(grainState);
        return Task.CompletedTask;
    }

    private void Sweep(TimeSpan age)
    {
        foreach (var record in _records)
        {
            if (clock.GetElapsedTime(record.Value.WrittenAt) > age)
            {
                _records.TryRemove(record);
            }
        }
    }

    private static void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static string TagOf(Entry entry) => entry.Version.ToString(CultureInfo.InvariantCulture);

    private InconsistentStateException Conflict((GrainId Grain, string State) key, string? expected) => new(
        $"The record {key.State} of {key.Grain} was changed by somebody else.",
        _records.TryGetValue(key, out var held) ? TagOf(held) : "none",
        expected ?? "none");

    /// <summary>One version of a record; compared by identity, so that an exchange replaces exactly the one that was looked at.</summary>
    private sealed class Entry(byte[] json, long version, long writtenAt)
    {
        public long WrittenAt => writtenAt;

        public byte[] Json => json;

        public long Version => version;
    }
}
