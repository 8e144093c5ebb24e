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
    private readonly ConcurrentDictionary<string, Entry> _records = new();
    private readonly Lock _lock = new();
    private int _version;

    /// <summary>Called before each operation with its kind and the grain; an exception is the storage's answer.</summary>
    public Func<StorageCall, GrainId, Task>? Before { get; set; }

    /// <summary>Every record as it is stored.</summary>
    public IReadOnlyDictionary<string, string> Records => _records.ToDictionary(each => each.Key, each => each.Value.Json);

    /// <summary>The record of a grain; null for none.</summary>
    public string? RecordOf(IAddressable grain) => _records.TryGetValue(grain.GetGrainId().ToString(), out var entry) ? entry.Json : null;

    /// <summary>Changes a record behind every activation's back.</summary>
    public void Overwrite(IAddressable grain, string json) => _records[grain.GetGrainId().ToString()] = new Entry(json, NextETag());

    /// <inheritdoc />
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await (Before?.Invoke(StorageCall.Read, grainId) ?? Task.CompletedTask);
        var found = _records.TryGetValue(grainId.ToString(), out var entry);
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
            RequireCurrent(grainId, grainState.ETag);
            var entry = new Entry(JsonSerializer.Serialize(grainState.State, StoredJson.Options), NextETag());
            _records[grainId.ToString()] = entry;
            grainState.ETag = entry.ETag;
            grainState.RecordExists = true;
        }
    }

    /// <inheritdoc />
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await (Before?.Invoke(StorageCall.Clear, grainId) ?? Task.CompletedTask);
        lock (_lock)
        {
            RequireCurrent(grainId, grainState.ETag);
            _records.TryRemove(grainId.ToString(), out _);
            grainState.State = Activator.CreateInstance<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }
    }

    private void RequireCurrent(GrainId grainId, string? etag)
    {
        var current = _records.TryGetValue(grainId.ToString(), out var entry) ? entry.ETag : null;
        if (current != etag)
        {
            throw new InconsistentStateException($"The record of {grainId} was changed by somebody else.", current ?? "", etag ?? "");
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
