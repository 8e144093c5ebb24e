using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>
/// Remembers the files of one folder and finds out what changed, reading only files whose stamp moved or that are named as touched. Not thread-safe.
/// </summary>
internal sealed class FolderScan(ConfigurationFolder folder, FileSourceOptions options, TimeProvider clock)
{
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _missing = new(StringComparer.Ordinal);
    private DateTimeOffset? _emptiedSince;
    private bool _wasThere;
    private string? _said;

    /// <summary>When a missing file will be believed to be deleted, or null.</summary>
    public DateTimeOffset? Due { get; private set; }

    /// <summary>The folder.</summary>
    public ConfigurationFolder Folder => folder;

    /// <summary>True when the last look could say what is in the folder; a missing folder holds nothing.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>
    /// Looks at the whole folder. A folder that is missing changes nothing once it was there: a mount may be away for a moment, and an empty
    /// catalog would lock everybody out.
    /// </summary>
    /// <param name="isFirst">True for the first look of the process: then nothing has a grace.</param>
    public IReadOnlyList<SourceChange> Look(bool isFirst)
    {
        List<(string Name, FileStamp Stamp)> files;
        try
        {
            files = [.. folder.List()];
            IsReadable = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Missing(exception);
        }

        var changes = new List<SourceChange>();
        _wasThere = true;
        if (_said is not null)
        {
            _said = null;
            changes.Add(new SourceChange.Gone(folder.Name));
        }

        var moved = files.Where(file => !_known.TryGetValue(file.Name, out var known) || known.Stamp != file.Stamp || known.HasOtherSecret).ToList();
        changes.AddRange(ReadAll(moved));
        changes.AddRange(Deleted(files, isFirst));
        return changes;
    }

    /// <summary>Looks at single files, whatever their stamps say.</summary>
    public IReadOnlyList<SourceChange> Look(IEnumerable<string> names)
    {
        var changes = new List<SourceChange>();
        foreach (var name in names.Where(static name => ConfigurationFolder.IsEntity(name)).Order(StringComparer.Ordinal))
        {
            var path = Path.Combine(folder.Path, name);
            if (File.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                _missing.Remove(name);
                changes.AddRange(ReadAll([(name, FileStamp.Of(path))]));
            }
            else if (_known.ContainsKey(name))
            {
                _missing.TryAdd(name, clock.GetUtcNow());
            }
        }

        Due = NextDue();
        return changes;
    }

    private IReadOnlyList<SourceChange> Missing(Exception exception)
    {
        var isGone = exception is DirectoryNotFoundException or FileNotFoundException;
        IsReadable = isGone;
        var message = (isGone, _wasThere) switch
        {
            (true, false) => "the folder is missing: nothing is loaded from it until it is there.",
            (true, true) => "the folder has gone: everything loaded from it stays until it is back. Empty it, or restart, to remove its entities.",
            _ => "the folder cannot be read: everything loaded from it stays.",
        };
        if (_said == message)
        {
            return [];
        }

        _said = message;
        return [new SourceChange.Broken(folder.Name, [Problems.FolderMissing.At(folder.Name, 0, "", message)])];
    }

    private List<SourceChange> ReadAll(List<(string Name, FileStamp Stamp)> files)
    {
        var results = new (Known? Known, SourceChange? Change)[files.Count];
        Workers.ForEach(files.Count, i => results[i] = Read(files[i].Name, files[i].Stamp, _known.GetValueOrDefault(files[i].Name)));
        var changes = new List<SourceChange>(files.Count);
        for (var i = 0; i < files.Count; i++)
        {
            _known[files[i].Name] = results[i].Known!;
            if (results[i].Change is { } change)
            {
                changes.Add(change);
            }
        }

        return changes;
    }

    private (Known Known, SourceChange? Change) Read(string name, FileStamp stamp, Known? before)
    {
        var source = folder.SourceOf(name);
        var (content, why) = EntityFile.Load(Path.Combine(folder.Path, name));
        if (content is null)
        {
            // No stamp is kept: the next look tries again.
            return (new Known(FileStamp.Nothing, null), EntityFile.Unreadable(source, why!));
        }

        var digest = EntityFile.DigestOf(content);
        if (before?.Digest == digest && !before.HasOtherSecret)
        {
            return (before with { Stamp = stamp }, null);
        }

        var change = Translate(source, content);
        return (new Known(stamp, digest) { Secret = SecretReference.Of(change, clock.GetUtcNow()) }, change);
    }

    // A file that makes a parser fail in a way nobody foresaw is one broken file, not the end of the reader.
    private SourceChange Translate(string source, byte[] content)
    {
        try
        {
            return EntityFile.Translate(folder.Kind, source, content);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new SourceChange.Broken(source, [Problems.NotReadable.At(source, 0, "", $"reading it failed unexpectedly ({exception.GetType().Name}): please report the file.")]);
        }
    }

    private IEnumerable<SourceChange> Deleted(List<(string Name, FileStamp Stamp)> files, bool isFirst)
    {
        var now = clock.GetUtcNow();
        var there = files.Select(static file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in there)
        {
            _missing.Remove(name);
        }

        foreach (var name in _known.Keys.Where(name => !there.Contains(name)))
        {
            _missing.TryAdd(name, now);
        }

        _emptiedSince = there.Count == 0 && _known.Count > 1 ? _emptiedSince ?? now : null;
        var gone = _missing.Where(pair => isFirst || BelievedAt(pair.Value) <= now).Select(static pair => pair.Key).ToList();
        foreach (var name in gone)
        {
            _missing.Remove(name);
            _known.Remove(name);
        }

        Due = NextDue();
        return gone.Order(StringComparer.Ordinal).Select(name => new SourceChange.Gone(folder.SourceOf(name)));
    }

    private DateTimeOffset BelievedAt(DateTimeOffset missingSince) =>
        _emptiedSince is { } emptied ? emptied + options.EmptiedGrace : missingSince + options.DeletionGrace;

    private DateTimeOffset? NextDue() => _missing.Count == 0 ? null : _missing.Values.Min(BelievedAt);

    /// <summary>What is remembered of a file; no digest where it could not be read.</summary>
    private sealed record Known(FileStamp Stamp, UInt128? Digest)
    {
        /// <summary>The file a client's secret came from, and its stamp then.</summary>
        public (string File, FileStamp Stamp)? Secret { get; init; }

        /// <summary>True when that file is another one now.</summary>
        public bool HasOtherSecret => Secret is var (file, stamp) && FileStamp.Of(file) != stamp;
    }
}
