namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Patience of the file source.</summary>
internal sealed record FileSourceOptions
{
    /// <summary>Quiet time after a notification before files are looked at; editors write in several steps. Default 100 ms.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Distance between complete looks at the folders, for changes nobody was notified of. Default 5 s, longer where a look takes long.</summary>
    public TimeSpan Rescan { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A file must be missing this long before its entity goes: some editors delete before they write. Default 1 s.</summary>
    public TimeSpan DeletionGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A folder must be empty this long before all its entities go: mounts and deployments empty folders for a moment. Default 5 s.</summary>
    public TimeSpan EmptiedGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the catalog may differ from the files before that is told: mounted files reach the machines of a cluster up to a minute and a half apart. Default 2 min.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);
}
