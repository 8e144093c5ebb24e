using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>
/// Keeps the catalog equal to the files: reads them once, publishes, and follows every change until the process ends. A silo with the same files
/// as another publishes the same and so changes nothing; silos with different files would overwrite each other, so every start says what it reads.
/// </summary>
internal sealed partial class FileSource : BackgroundService
{
    private const int RestFactor = 20;

    private readonly CatalogPublisher _publisher;
    private readonly TimeProvider _clock;
    private readonly ILogger<FileSource> _logger;
    private readonly FileSourceOptions _options;
    private readonly bool _isMonitoring;
    private readonly string _directory;
    private readonly CatalogSet _set;
    private readonly Dictionary<EntityKind, FolderScan> _scans;
    private readonly FolderWatch _watch;
    private readonly CatalogDifferences _differences;
    private readonly string _service;
    private Task<List<SourceChange>>? _first;
    private TimeSpan _rest;
    private long _askedAt;

    /// <summary>Made by the host.</summary>
    public FileSource(ServerSettings settings, FileSourceOptions options, CatalogPublisher publisher, TimeProvider clock, ILogger<FileSource> logger)
    {
        _publisher = publisher;
        _clock = clock;
        _logger = logger;
        _options = options;
        _rest = options.Rescan;
        _isMonitoring = settings.FileMonitoring;
        _directory = Path.GetFullPath(settings.Directory ?? ".");
        _set = new CatalogSet(settings.CookieDomains);
        var folders = ConfigurationFolder.Below(settings.Directory);
        _scans = folders.ToDictionary(static folder => folder.Kind, folder => new FolderScan(folder, options, clock));
        _watch = new FolderWatch(folders);
        _differences = new CatalogDifferences(_set, publisher, options.Patience, clock);
        _service = settings.ServiceId;
    }

    /// <summary>
    /// Reads all files for the first time, beside whatever the caller does next. Done at the start at the latest; what moved since is read again then.
    /// </summary>
    public Task Begin() => _first ??= Task.Run(() =>
    {
        LogReading(_directory);

        // Watching begins before reading, so that nothing can change unseen in between.
        RenewWatch();
        return _scans.Values.SelectMany(static scan => scan.Look(isFirst: true)).ToList();
    });

    /// <inheritdoc />
    public override void Dispose()
    {
        _watch.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Hosts start one service after the other; reading files must not hold up the rest.
        await Task.Yield();
        try
        {
            await Start(stoppingToken);
            while (true)
            {
                await Round(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task Start(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        _ = Begin();
        var (tenants, clients) = await _publisher.Read(cancellationToken);

        // First the position, then the files, then the batch (decision 0070): whatever was read before the position was known may be older than what others published since.
        var early = await _first!;
        var changes = _scans.Values.SelectMany(static scan => scan.Look(isFirst: true)).ToList();
        var later = changes.Select(static change => change.Source).ToHashSet(StringComparer.Ordinal);
        changes.AddRange(early.Where(known => !later.Contains(known.Source)));
        _set.Seed(tenants, clients);
        changes.AddRange(Vanished(changes));
        Report(_set.Apply(changes));
        if (!await _publisher.PublishAll(_set, cancellationToken))
        {
            await PublishAnew(cancellationToken);
        }

        var (tenantCount, clientCount, elapsed) = (_set.TenantNames.Count(), _set.ClientIdents.Count(), Stopwatch.GetElapsedTime(started));
        LogLoaded(tenantCount, clientCount, _directory, elapsed);
    }

    /// <summary>Entities the catalog still holds from files that are no more.</summary>
    private IEnumerable<SourceChange> Vanished(List<SourceChange> changes)
    {
        var there = changes.Select(static change => change.Source).ToHashSet(StringComparer.Ordinal);
        return _set.Sources
            .Where(source => !there.Contains(source) && !_scans.Values.Any(scan => !scan.IsReadable && scan.Folder.FileOf(source) is not null))
            .Select(static source => new SourceChange.Gone(source));
    }

    private async Task Round(CancellationToken cancellationToken)
    {
        var notified = await _watch.Wait(NextLook(), _clock, cancellationToken);
        if (notified)
        {
            await Task.Delay(_options.Debounce, _clock, cancellationToken);
        }

        // By elapsed time, not only when all is quiet: a folder somebody writes to all the time must not hide that the catalog lost records.
        if (!notified || _clock.GetElapsedTime(_askedAt) >= _options.Rescan)
        {
            if (!await _publisher.Look(_differences.Note, cancellationToken))
            {
                LogForgotten();
                await PublishAnew(cancellationToken);
            }

            _askedAt = _clock.GetTimestamp();
            Report(await _differences.Judge(cancellationToken));
        }

        if (!_isMonitoring)
        {
            return;
        }

        var (touched, everything) = _watch.Take();
        var changes = touched.GroupBy(static file => file.Kind, static file => file.Name).SelectMany(group => _scans[group.Key].Look(group)).ToList();
        if (everything || !notified)
        {
            changes.AddRange(LookAtEverything(changes, isExpected: everything));
        }

        if (changes.Count > 0)
        {
            var outcome = _set.Apply(changes);
            Report(outcome);
            if (!await _publisher.Publish(outcome, cancellationToken))
            {
                await PublishAnew(cancellationToken);
            }
        }
    }

    /// <summary>
    /// Publishes everything as the files are now. What was read before is worth nothing once others published something newer: this process may have
    /// stood still in between (security.md, a paused silo that wakes up).
    /// </summary>
    private async Task PublishAnew(CancellationToken cancellationToken)
    {
        do
        {
            var (tenants, clients) = await _publisher.Read(cancellationToken);
            if (_isMonitoring)
            {
                Report(_set.Apply(LookAtEverything([], isExpected: true)));
            }

            _set.Adopt(tenants, clients);
        }
        while (!await _publisher.PublishAll(_set, cancellationToken));
        _differences.Forget();
    }

    private List<SourceChange> LookAtEverything(List<SourceChange> before, bool isExpected)
    {
        var started = Stopwatch.GetTimestamp();
        var changes = _scans.Values.SelectMany(static scan => scan.Look(isFirst: false))
            .Where(change => before.TrueForAll(known => known.Source != change.Source)).ToList();

        // The larger the folders, the longer the rest: looking never takes more than a twentieth of a core.
        var taken = Stopwatch.GetElapsedTime(started) * RestFactor;
        _rest = taken > _options.Rescan ? taken : _options.Rescan;
        if (_watch.Count < _scans.Count || (!isExpected && changes.Exists(static change => change is not SourceChange.Broken)))
        {
            // The watch missed something: its folder may have been exchanged for another of the same name.
            RenewWatch();
        }

        return changes;
    }

    private TimeSpan NextLook()
    {
        if (_scans.Values.Min(static scan => scan.Due) is not { } due)
        {
            return _rest;
        }

        var left = due - _clock.GetUtcNow();
        return left <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1) : left < _rest ? left : _rest;
    }

    private void RenewWatch()
    {
        if (_isMonitoring && _watch.Renew() is { } why)
        {
            LogNotWatching(why, _rest);
        }
    }
}
