using System.Text.Json.Serialization;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>What happened at a tenant or a client since it was first used, as it is stored.</summary>
public sealed record ActivityRecord
{
    /// <summary>Sessions that began: at a tenant logins, at a client sessions in which it was given something.</summary>
    [JsonPropertyName("b")]
    public long Begun { get; init; }

    /// <summary>Sessions that ended, for whatever reason.</summary>
    [JsonPropertyName("e")]
    public long Ended { get; init; }

    /// <summary>Attempts to log in or to get tokens that were refused.</summary>
    [JsonPropertyName("d")]
    public long Denied { get; init; }

    /// <summary>When a session began last, in milliseconds since 1970; null for never.</summary>
    [JsonPropertyName("u")]
    public long? LastUse { get; init; }

    /// <summary>When an attempt was refused last, in milliseconds since 1970; null for never.</summary>
    [JsonPropertyName("l")]
    public long? LastDenied { get; init; }

    /// <summary>The last report of every process that reports.</summary>
    [JsonPropertyName("s")]
    public IReadOnlyList<ActivitySource> Sources { get; init; } = [];
}

/// <summary>A process that reports.</summary>
/// <param name="Id">Random; a process has a new one whenever it starts.</param>
/// <param name="Number">Its last report that was counted.</param>
/// <param name="At">When that was, in milliseconds since 1970.</param>
public sealed record ActivitySource(
    [property: JsonPropertyName("i")] string Id, [property: JsonPropertyName("n")] long Number, [property: JsonPropertyName("a")] long At);
