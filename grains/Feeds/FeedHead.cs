using System.Text.Json.Serialization;

namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>
/// The one record of a feed that is written conditionally: it says which segments belong to the feed and carries the newest
/// entries itself. Whoever replaces it has won; nothing else in storage means anything without it.
/// </summary>
/// <typeparam name="TEntry">The stored entry.</typeparam>
internal sealed record FeedHead<TEntry>
{
    /// <summary>One life of the feed's numbering.</summary>
    [JsonPropertyName("e")]
    public long Epoch { get; init; }

    /// <summary>Number of the newest entry ever appended.</summary>
    [JsonPropertyName("n")]
    public long Last { get; init; }

    /// <summary>True once the owner declared the feed's first filling complete.</summary>
    [JsonPropertyName("f")]
    public bool IsFilled { get; init; }

    /// <summary>Names of the segment records, oldest first.</summary>
    [JsonPropertyName("s")]
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>The newest entries, in order.</summary>
    [JsonPropertyName("t")]
    public IReadOnlyList<TEntry> Tail { get; init; } = [];
}
