using System.Text.Json.Serialization;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>What is left to tell of one session, as it is stored. Logout tokens are not: each attempt makes its own.</summary>
internal sealed record LogoutDeliveryState
{
    /// <summary>Tenant name; empty before anything was announced.</summary>
    [JsonPropertyName("t")]
    public string Tenant { get; init; } = "";

    /// <summary>Who was logged in.</summary>
    [JsonPropertyName("s")]
    public string Subject { get; init; } = "";

    /// <summary>When the end was announced, in milliseconds since 1970.</summary>
    [JsonPropertyName("a")]
    public long AnnouncedAt { get; init; }

    /// <summary>True where the session has expired and no revocation is to be waited for.</summary>
    [JsonPropertyName("x")]
    public bool IsExpired { get; init; }

    /// <summary>Clients that still have to hear.</summary>
    [JsonPropertyName("c")]
    public IReadOnlyList<PendingClient> Clients { get; init; } = [];

    /// <summary>Clients that have heard, were given up, or do not want to hear.</summary>
    [JsonPropertyName("d")]
    public IReadOnlyList<Guid> Done { get; init; } = [];

    /// <summary>The state after an announcement; the same object when it says nothing new.</summary>
    /// <param name="notice">The announcement.</param>
    /// <param name="now">The instant.</param>
    public LogoutDeliveryState With(LogoutNotice notice, DateTimeOffset now)
    {
        var news = notice.Clients
            .Where(told => Clients.All(known => known.Client != told.Client) && !Done.Contains(told.Client))
            .Select(told => new PendingClient { Client = told.Client, ClientId = told.ClientId, NextAt = now.ToUnixTimeMilliseconds() })
            .ToList();
        return news.Count == 0 && Tenant.Length > 0 && (IsExpired || !notice.IsExpired) ? this : this with
        {
            Tenant = notice.Tenant,
            Subject = notice.Subject,
            AnnouncedAt = AnnouncedAt == 0 ? now.ToUnixTimeMilliseconds() : AnnouncedAt,
            IsExpired = IsExpired || notice.IsExpired,
            Clients = [.. Clients, .. news],
        };
    }

    /// <summary>When the end was announced.</summary>
    [JsonIgnore]
    public DateTimeOffset Announced => DateTimeOffset.FromUnixTimeMilliseconds(AnnouncedAt);

    /// <inheritdoc />
    public override string ToString() => $"LogoutDeliveryState {{ Tenant = {Tenant}, Clients = {Clients.Count} }}";
}

/// <summary>A client that still has to hear.</summary>
internal sealed record PendingClient
{
    /// <summary>The client.</summary>
    [JsonPropertyName("c")]
    public Guid Client { get; init; }

    /// <summary>Its id as it spells it.</summary>
    [JsonPropertyName("i")]
    public string ClientId { get; init; } = "";

    /// <summary>Attempts that failed.</summary>
    [JsonPropertyName("f")]
    public int Failures { get; init; }

    /// <summary>When it is due, in milliseconds since 1970.</summary>
    [JsonPropertyName("n")]
    public long NextAt { get; init; }

    /// <summary>The client after one more failure.</summary>
    /// <param name="now">The instant.</param>
    public PendingClient Failed(DateTimeOffset now) => this with
    {
        Failures = Failures + 1,
        NextAt = LogoutDeliveryRules.Next(Failures + 1, now).ToUnixTimeMilliseconds(),
    };
}
