using System.Text.Json.Serialization;

namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>Many entries in one record, written once under a fresh name and never changed.</summary>
/// <typeparam name="TEntry">The stored entry.</typeparam>
internal sealed record FeedSegment<TEntry>
{
    /// <summary>The entries, in no particular order.</summary>
    [JsonPropertyName("t")]
    public IReadOnlyList<TEntry> Entries { get; init; } = [];
}
