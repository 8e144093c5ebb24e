using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Runtime;
using Orleans.Storage;

namespace Uitsmijter.Actors.Grains.Tests;

/// <summary>
/// Grain storage in memory that keeps records as the JSON of the real providers, checks ETags, fails on demand, and can be shared by two
/// clusters, which makes two activations of one grain.
/// </summary>
public sealed class TestStorage : IGrainStorage
{
    private volatile ConcurrentDictionary<string, Entry> _records = new();
    private readonly Lock _lock = new();
    private int _version;
    private int _writes;
    private long _bytes;
    private long _largest;

    /// <summary>Called before each operation with its kind and the grain; an exception is the storage's answer.</summary>
    public Func<StorageCall, GrainId, Task>? Before { get; set; }

    /// <summary>Called after each successful operation; an exception hides from the grain that it happened.</summary>
    public Func<StorageCall, GrainId, Task>? After { get; set; }

    /// <summary>True makes it a storage that takes every write: a broken one, by which tests of single use show that they can fail.</summary>
    public bool IgnoresETags { get; set; }

    /// <summary>How many records were written, and how many bytes in all and at most in one.</summary>
    public (int Count, long Bytes, long Largest) Writes => (_writes, _bytes, _largest);

    /// <summary>Starts the counting anew.</summary>
    public void ForgetWrites() => (_writes, _bytes, _largest) = (0, 0, 0);

    /// <summary>Every record as it is stored, by grain and name of the state.</summary>
    public IReadOnlyDictionary<string, string> Records => _records.ToDictionary(each => each.Key, each => each.Value.Json);

    /// <summary>The record of a grain; null for none.</summary>
    public string? RecordOf(IAddressable grain) => _records.GetValueOrDefault(KeyOf(grain))?.Json;

    /// <summary>Changes a record behind every activation's back.</summary>
    public void Overwrite(IAddressable grain, string json) => _records[KeyOf(grain)] = new Entry(json, NextETag());

    /// <summary>Removes records behind every activation's back.</summary>
    public void Lose(Func<string, bool> isLost)
    {
        foreach (var key in _records.Keys.Where(isLost))
        {
            _records.TryRemove(key, out _);
        }
    }

    /// <summary>A copy of everything stored now, as a backup makes it.</summary>
    public object Backup() => _records.ToArray();

    /// <summary>Sets storage back to a backup.</summary>
    public void Restore(object backup)
    {
        var entries = (KeyValuePair<string, Entry>[])backup;
        lock (_lock)
        {
            var now = _records;
            _records = new(entries.Select(each => KeyValuePair.Create(
                each.Key,
                now.TryGetValue(each.Key, out var entry) && entry.Json == each.Value.Json ? entry : each.Value with { ETag = NextETag() })));
        }
    }

    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await (Before?.Invoke(StorageCall.Read, grainId) ?? Task.CompletedTask);
        var found = _records.TryGetValue(KeyOf(grainId, stateName), out var entry);
        grainState.State = found ? JsonSerializer.Deserialize<T>(entry!.Json, StoredJson.Options)! : Activator.CreateInstance<T>();
        grainState.ETag = found ? entry!.ETag : null;
        grainState.RecordExists = found;
    }

    /// <inheritdoc />
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await (Before?.Invoke(StorageCall.Write, grainId) ?? Task.CompletedTask);
        lock (_lock)
        {
            RequireCurrent(KeyOf(grainId, stateName), grainState.ETag);
            var entry = new Entry(JsonSerializer.Serialize(grainState.State, StoredJson.Options), NextETag());
            _records[KeyOf(grainId, stateName)] = entry;
            grainState.ETag = entry.ETag;
            grainState.RecordExists = true;
            Count(System.Text.Encoding.UTF8.GetByteCount(entry.Json));
        }

        await (After?.Invoke(StorageCall.Write, grainId) ?? Task.CompletedTask);
    }

    /// <inheritdoc />
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await (Before?.Invoke(StorageCall.Clear, grainId) ?? Task.CompletedTask);
        lock (_lock)
        {
            RequireCurrent(KeyOf(grainId, stateName), grainState.ETag);
            _records.TryRemove(KeyOf(grainId, stateName), out _);
            grainState.State = Activator.CreateInstance<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        await (After?.Invoke(StorageCall.Clear, grainId) ?? Task.CompletedTask);
    }

    private static string KeyOf(GrainId grainId, string stateName) => $"{grainId}/{stateName}";

    // Grains have one state; those with a feed have its head under the shortest name.
    private string KeyOf(IAddressable grain) =>
        _records.Keys.Where(key => key.StartsWith($"{grain.GetGrainId()}/", StringComparison.Ordinal)).MinBy(static key => key.Length)
        ?? grain.GetGrainId().ToString();

    private void Count(long bytes)
    {
        _writes++;
        _bytes += bytes;
        _largest = Math.Max(_largest, bytes);
    }

    private void RequireCurrent(string record, string? etag)
    {
        var current = _records.TryGetValue(record, out var entry) ? entry.ETag : null;
        if (current != etag && !IgnoresETags)
        {
            throw new InconsistentStateException($"The record {record} was changed by somebody else.", current ?? "", etag ?? "");
        }
    }

    private string NextETag() => Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture);

    private sealed record Entry(string Json, string ETag);
}

/// <summary>What a grain asks storage for.</summary>
public enum StorageCall
{
    Read,
    Write,
    Clear,
}
