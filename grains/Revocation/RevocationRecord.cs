using System.Text.Json.Serialization;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Feeds;

namespace Uitsmijter.Actors.Grains.Revocation;

/// <summary>One stored revocation.</summary>
internal sealed record RevocationRecord : IFeedEntry<RevocationKey>
{
    /// <inheritdoc />
    [JsonPropertyName("n")]
    public long Number { get; init; }

    /// <summary>What kind of id.</summary>
    [JsonPropertyName("k")]
    public RevocationKind Kind { get; init; }

    /// <summary>The id.</summary>
    [JsonPropertyName("i")]
    public required string Id { get; init; }

    /// <summary>End of the longest token, in seconds since 1970, rounded up.</summary>
    [JsonPropertyName("u")]
    public long UntilSeconds { get; init; }

    /// <inheritdoc />
    [JsonIgnore]
    public RevocationKey Key => new(Kind, Id);

    /// <inheritdoc />
    [JsonIgnore]
    public int Weight => 48 + Id.Length;

    /// <summary>End of the longest token.</summary>
    [JsonIgnore]
    public DateTimeOffset Until => DateTimeOffset.FromUnixTimeSeconds(UntilSeconds);

    /// <summary>The record of an entry.</summary>
    /// <param name="entry">What is revoked.</param>
    /// <param name="number">Its number.</param>
    public static RevocationRecord Of(RevocationEntry entry, long number) => new()
    {
        Number = number,
        Kind = entry.Kind,
        Id = entry.Id,
        UntilSeconds = entry.Until.AddSeconds(1).AddTicks(-1).ToUnixTimeSeconds(),
    };

    /// <summary>The entry as mirrors read it.</summary>
    public RevocationEntry ToEntry() => new(Kind, Id, Until);
}
