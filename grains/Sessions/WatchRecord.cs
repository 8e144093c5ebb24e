using System.Text.Json.Serialization;
using Uitsmijter.Actors.Grains.Feeds;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>One stored appointment with a session.</summary>
internal sealed record WatchRecord : IFeedEntry<string>
{
    /// <inheritdoc />
    [JsonPropertyName("n")]
    public long Number { get; init; }

    /// <summary>Session id.</summary>
    [JsonPropertyName("i")]
    public required string Sid { get; init; }

    /// <summary>When it is due, in seconds since 1970; 0 when the session is gone.</summary>
    [JsonPropertyName("d")]
    public long DueSeconds { get; init; }

    /// <inheritdoc />
    [JsonIgnore]
    public string Key => Sid;

    /// <inheritdoc />
    [JsonIgnore]
    public int Weight => 40 + Sid.Length;

    /// <summary>True when there is nothing left to look at.</summary>
    [JsonIgnore]
    public bool IsSettled => DueSeconds == 0;
}
