namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>
/// Collects what the operating system says about the folders until somebody asks. It is a hint, never the truth: a notification may be lost, and
/// one about anything but an entity file (a ConfigMap's <c>..data</c>) means that everything must be looked at.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<ConfigurationFolder> _folders;
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly SemaphoreSlim _signal = new(0, 1);
    private HashSet<(EntityKind Kind, string Name)> _touched = [];
    private bool _everything;

    /// <summary>Makes a watch that is not yet on.</summary>
    /// <param name="folders">What to watch.</param>
    public FolderWatch(IReadOnlyList<ConfigurationFolder> folders) => _folders = folders;

    /// <summary>How many folders are being watched.</summary>
    public int Count => _watchers.Count;

    /// <summary>Watches the folders that are there; again after a folder was exchanged for another of its name.</summary>
    /// <returns>Why a folder that is there cannot be watched, or null.</returns>
    public Exception? Renew()
    {
        Stop();
        foreach (var folder in _folders.Where(static folder => Directory.Exists(folder.Path)))
        {
            try
            {
                _watchers.Add(Watch(folder));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return exception;
            }
        }

        return null;
    }

    /// <summary>Waits for the next notification.</summary>
    /// <param name="longest">At most so long.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    /// <returns>True for a notification, false when the time is over.</returns>
    public async Task<bool> Wait(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _signal.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>What was touched since the last question.</summary>
    /// <returns>Single files, or everything.</returns>
    public (IReadOnlyCollection<(EntityKind Kind, string Name)> Files, bool Everything) Take()
    {
        lock (_lock)
        {
            var taken = (_touched, _everything);
            _touched = [];
            _everything = false;
            return taken;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Stop();
        _signal.Dispose();
    }

    private void Stop()
    {
        _watchers.ForEach(static watcher => watcher.Dispose());
        _watchers.Clear();
    }

    private FileSystemWatcher Watch(ConfigurationFolder folder)
    {
        var watcher = new FileSystemWatcher(folder.Path)
        {
            IncludeSubdirectories = false,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Attributes,
        };
        watcher.Created += (_, change) => Touch(folder, change.Name);
        watcher.Changed += (_, change) => Touch(folder, change.Name);
        watcher.Deleted += (_, change) => Touch(folder, change.Name);
        watcher.Renamed += (_, change) =>
        {
            Touch(folder, change.OldName);
            Touch(folder, change.Name);
        };
        watcher.Error += (_, _) => Touch(folder, null);
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void Touch(ConfigurationFolder folder, string? name)
    {
        lock (_lock)
        {
            if (name is not null && ConfigurationFolder.IsEntity(name))
            {
                _touched.Add((folder.Kind, name));
            }
            else if (name is null || name.StartsWith("..", StringComparison.Ordinal))
            {
                // Notifications were lost, or a ConfigMap exchanged its files. Other names are editors at work.
                _everything = true;
            }
            else
            {
                return;
            }
        }

        Signal();
    }

    private void Signal()
    {
        try
        {
            if (_signal.CurrentCount == 0)
            {
                _signal.Release();
            }
        }
        catch (Exception exception) when (exception is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody else signalled first, or nobody waits any more.
        }
    }
}
