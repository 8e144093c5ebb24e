namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>How long the master keys of Data Protection live.</summary>
public sealed record SealingKeyPolicy
{
    /// <summary>A key seals this long. Default 90 days.</summary>
    public TimeSpan SealsFor { get; init; } = TimeSpan.FromDays(90);

    /// <summary>A successor is made this long before its predecessor expires. Default 14 days.</summary>
    public TimeSpan MakeAhead { get; init; } = TimeSpan.FromDays(14);

    /// <summary>At least so long every gateway knows a key before one of them seals with it. Default 2 days.</summary>
    public TimeSpan AnnounceFor { get; init; } = TimeSpan.FromDays(2);

    /// <summary>
    /// A key opens this long after it sealed last. Default 90 days, three times the absolute limit of a session: nothing that passes through a browser sealed is older.
    /// </summary>
    public TimeSpan OpensFor { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Mirrors ask again after this time. Default 1 hour.</summary>
    public TimeSpan RefreshEvery { get; init; } = TimeSpan.FromHours(1);
}
