using System.Text.Json.Serialization;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>A session as it is stored; names and instants are short, because there are many.</summary>
internal sealed record SessionState
{
    /// <summary>Tenant name.</summary>
    [JsonPropertyName("t")]
    public string Tenant { get; init; } = "";

    /// <summary>Subject.</summary>
    [JsonPropertyName("s")]
    public string Subject { get; init; } = "";

    /// <summary>Login name; null when it is the subject.</summary>
    [JsonPropertyName("u")]
    public string? User { get; init; }

    /// <summary>Role.</summary>
    [JsonPropertyName("r")]
    public string Role { get; init; } = "";

    /// <summary>Profile as JSON text, or null.</summary>
    [JsonPropertyName("p")]
    public string? ProfileJson { get; init; }

    /// <summary>Scopes the provider gave; null for none.</summary>
    [JsonPropertyName("ps")]
    public IReadOnlyList<string>? ProviderScopes { get; init; }

    /// <summary>The mode the provider approved.</summary>
    [JsonPropertyName("m")]
    public string Mode { get; init; } = "";

    /// <summary>Responsibility.</summary>
    [JsonPropertyName("h")]
    public string Responsibility { get; init; } = "";

    /// <summary><see cref="SessionTimes.AuthTime"/> in milliseconds since 1970.</summary>
    [JsonPropertyName("a")]
    public long AuthTime { get; init; }

    /// <summary><see cref="SessionTimes.ExpiresAt"/> in milliseconds since 1970.</summary>
    [JsonPropertyName("x")]
    public long ExpiresAt { get; init; }

    /// <summary><see cref="SessionTimes.AbsoluteEnd"/> in milliseconds since 1970.</summary>
    [JsonPropertyName("z")]
    public long AbsoluteEnd { get; init; }

    /// <summary><see cref="SessionTimes.LastSeen"/> in milliseconds since 1970.</summary>
    [JsonPropertyName("l")]
    public long LastSeen { get; init; }

    /// <summary><see cref="SessionTimes.IdleLimit"/> in milliseconds.</summary>
    [JsonPropertyName("i")]
    public long? IdleLimit { get; init; }

    /// <summary><see cref="SessionTimes.EndedAt"/> in milliseconds since 1970.</summary>
    [JsonPropertyName("e")]
    public long? EndedAt { get; init; }

    /// <summary>Why it ended; null while it was not.</summary>
    [JsonPropertyName("w")]
    public SessionEnd? EndedWhy { get; init; }

    /// <summary>Authentication context class, or null.</summary>
    [JsonPropertyName("c")]
    public string? Acr { get; init; }

    /// <summary>Authentication methods; null for a password.</summary>
    [JsonPropertyName("d")]
    public IReadOnlyList<string>? Amr { get; init; }

    /// <summary>Clients that were given something; null for none.</summary>
    [JsonPropertyName("g")]
    public IReadOnlyList<GivenState>? Given { get; init; }

    /// <summary>What the person recognises the browser by, or null.</summary>
    [JsonPropertyName("b")]
    public string? Browser { get; init; }

    /// <summary>True for a session behind tokens alone; null for false.</summary>
    [JsonPropertyName("n")]
    public bool? HasNoCookie { get; init; }

    /// <summary>The instants of the session.</summary>
    [JsonIgnore]
    public SessionTimes Times => new()
    {
        AuthTime = DateTimeOffset.FromUnixTimeMilliseconds(AuthTime),
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt),
        AbsoluteEnd = DateTimeOffset.FromUnixTimeMilliseconds(AbsoluteEnd),
        LastSeen = DateTimeOffset.FromUnixTimeMilliseconds(LastSeen),
        IdleLimit = IdleLimit is { } limit ? TimeSpan.FromMilliseconds(limit) : null,
        EndedAt = EndedAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
    };

    /// <summary>The state of a session that begins.</summary>
    /// <param name="request">Who logged in.</param>
    /// <param name="now">The instant of the login.</param>
    public static SessionState Of(OpenSession request, DateTimeOffset now) => new SessionState
    {
        Tenant = request.Tenant,
        Subject = request.Subject,
        User = request.User == request.Subject ? null : request.User,
        Role = request.Role,
        ProfileJson = request.ProfileJson,
        ProviderScopes = request.ProviderScopes.IsDefaultOrEmpty ? null : request.ProviderScopes,
        Mode = request.Mode,
        Responsibility = request.Responsibility,
        Acr = request.Acr,
        Amr = request.Amr.IsDefaultOrEmpty ? null : request.Amr,
        Browser = request.Browser,
        HasNoCookie = request.HasNoCookie ? true : null,
    }.With(SessionRules.Opened(now, request.CookieLife, request.IdleLimit, request.AbsoluteLimit));

    /// <summary>The same session with other instants.</summary>
    /// <param name="times">The instants.</param>
    public SessionState With(SessionTimes times) => this with
    {
        AuthTime = times.AuthTime.ToUnixTimeMilliseconds(),
        ExpiresAt = times.ExpiresAt.ToUnixTimeMilliseconds(),
        AbsoluteEnd = times.AbsoluteEnd.ToUnixTimeMilliseconds(),
        LastSeen = times.LastSeen.ToUnixTimeMilliseconds(),
        IdleLimit = times.IdleLimit is { } limit ? (long)limit.TotalMilliseconds : null,
        EndedAt = times.EndedAt?.ToUnixTimeMilliseconds(),
    };

    /// <summary>The session as gateways see it.</summary>
    /// <param name="sid">Its id.</param>
    public Session ToSession(string sid) => new()
    {
        Sid = sid,
        Tenant = Tenant,
        Subject = Subject,
        User = User ?? Subject,
        Role = Role,
        ProfileJson = ProfileJson,
        ProviderScopes = [.. ProviderScopes ?? []],
        Mode = Mode,
        Responsibility = Responsibility,
        AuthTime = Times.AuthTime,
        ExpiresAt = Times.ExpiresAt,
        Acr = Acr,
        Amr = [.. Amr ?? []],
        AbsoluteEnd = Times.AbsoluteEnd,
        Clients = [.. (Given ?? []).Select(static given => given.ToClient())],
        Browser = Browser,
        LastSeen = Times.LastSeen,
        HasNoCookie = HasNoCookie ?? false,
    };

    /// <inheritdoc />
    public override string ToString() => $"SessionState {{ Tenant = {Tenant}, Mode = {Mode} }}";
}

/// <summary>A client of a session as it is stored.</summary>
internal sealed record GivenState
{
    /// <summary>The client.</summary>
    [JsonPropertyName("c")]
    public Guid Client { get; init; }

    /// <summary>Scopes the person agreed to; null for none.</summary>
    [JsonPropertyName("s")]
    public IReadOnlyList<string>? Consented { get; init; }

    /// <summary>Claims beyond those scopes the person agreed to; null for none.</summary>
    [JsonPropertyName("k")]
    public IReadOnlyList<string>? ConsentedClaims { get; init; }

    /// <summary>Resources the person agreed to; null for none.</summary>
    [JsonPropertyName("r")]
    public IReadOnlyList<string>? ConsentedResources { get; init; }

    /// <summary>The client's id as it spells it; null for the ident in lower case.</summary>
    [JsonPropertyName("i")]
    public string? ClientId { get; init; }

    /// <summary>The id in the client's tokens.</summary>
    [JsonIgnore]
    public string Spelled => ClientId ?? Client.ToString();

    /// <summary>The client as gateways see it.</summary>
    public GivenClient ToClient() => new(Client, [.. Consented ?? []])
    {
        ConsentedClaims = [.. ConsentedClaims ?? []],
        ConsentedResources = [.. ConsentedResources ?? []],
    };
}
