using System.Collections.Immutable;

namespace Uitsmijter.Actors.GrainInterfaces.Sessions;

/// <summary>One login of one person, on the server, opened by <see cref="Login.ILoginGrain"/>. Key: random session id (<c>sid</c>), which alone opens nothing.</summary>
[Alias("uitsmijter.session")]
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>The session as it stands, if it is alive.</summary>
    /// <param name="tenant">Must be the session's tenant.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("look"), Idempotent]
    Task<SessionOutcome> Look(string tenant, CancellationToken cancellationToken);

    /// <summary>Moves the end of the session to now + cookie life (never past its absolute limit), if it is alive.</summary>
    /// <param name="tenant">Must be the session's tenant.</param>
    /// <param name="cookieLife">Life of the renewed cookie.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("renew")]
    Task<SessionOutcome> Renew(string tenant, TimeSpan cookieLife, CancellationToken cancellationToken);

    /// <summary>Ends the session. Written to the revocation feed before it returns; repeating it is harmless.</summary>
    /// <param name="tenant">Must be the session's tenant.</param>
    /// <param name="reason">Why, for the audit record.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("end"), Idempotent]
    Task<SessionOutcome> End(string tenant, SessionEnd reason, CancellationToken cancellationToken);

    /// <summary>
    /// A client is given something on behalf of the session. From then on the session lives to its absolute end, because tokens may; the
    /// client hears of its end. Stored only when it is news.
    /// </summary>
    /// <param name="request">What is given.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("give"), Idempotent]
    Task<SessionOutcome> Give(GiveGrant request, CancellationToken cancellationToken);

    /// <summary>Reports that the session was used; gateways send this in batches, off the request path.</summary>
    /// <param name="tenant">Must be the session's tenant.</param>
    /// <param name="lastSeen">When it was used last.</param>
    [Alias("seen"), Idempotent]
    Task Seen(string tenant, DateTimeOffset lastSeen);
}

/// <summary>A new session.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.open")]
public sealed record OpenSession
{
    /// <summary>Tenant name.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Subject the provider committed, else the login name.</summary>
    [Id(1)] public required string Subject { get; init; }

    /// <summary>Login name as typed.</summary>
    [Id(2)] public required string User { get; init; }

    /// <summary>Role.</summary>
    [Id(3)] public required string Role { get; init; }

    /// <summary>Profile as JSON text, or null.</summary>
    [Id(4)] public string? ProfileJson { get; init; }

    /// <summary>Scopes the provider gave, unfiltered.</summary>
    [Id(5)] public ImmutableArray<string> ProviderScopes { get; init; } = [];

    /// <summary>The mode the provider approved: <c>interceptor</c> or <c>oauth</c>.</summary>
    [Id(6)] public required string Mode { get; init; }

    /// <summary>Hex SHA-1 of tenant name, or of the host for <c>silent_login: false</c> (contract http.md §2.2).</summary>
    [Id(7)] public required string Responsibility { get; init; }

    /// <summary>Life of the cookie.</summary>
    [Id(8)] public required TimeSpan CookieLife { get; init; }

    /// <summary>Idle limit, or null.</summary>
    [Id(9)] public TimeSpan? IdleLimit { get; init; }

    /// <summary>Absolute limit.</summary>
    [Id(10)] public required TimeSpan AbsoluteLimit { get; init; }

    /// <summary>Authentication context class the provider named, or null.</summary>
    [Id(11)] public string? Acr { get; init; }

    /// <summary>Authentication methods the provider named (RFC 8176); empty means a password.</summary>
    [Id(12)] public ImmutableArray<string> Amr { get; init; } = [];

    /// <summary>What the person recognises the browser by (<c>Firefox · Windows</c>), or null. Never the user agent itself.</summary>
    [Id(13)] public string? Browser { get; init; }

    /// <summary>True for a session behind tokens alone: no browser holds a cookie of it.</summary>
    [Id(14)] public bool HasNoCookie { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"OpenSession {{ Tenant = {Tenant}, Mode = {Mode} }}";
}

/// <summary>What a session gives to a client.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.give")]
public sealed record GiveGrant
{
    /// <summary>Must be the session's tenant.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>The client.</summary>
    [Id(1)] public required Guid Client { get; init; }

    /// <summary>Scopes the person agreed to just now, added to those of before; empty when nobody was asked.</summary>
    [Id(3)] public ImmutableArray<string> Consented { get; init; } = [];

    /// <summary>The client's id as it spells it, so that a logout token names it like its ID token does; null for the ident in lower case.</summary>
    [Id(4)] public string? ClientId { get; init; }

    /// <summary>Claims beyond those scopes the person agreed to just now (OpenID Connect Core §5.5), added to those of before.</summary>
    [Id(5)] public ImmutableArray<string> ConsentedClaims { get; init; } = [];

    /// <summary>Resources the person agreed to just now (RFC 8707), added to those of before.</summary>
    [Id(6)] public ImmutableArray<string> ConsentedResources { get; init; } = [];
}

/// <summary>One client of a session.</summary>
/// <param name="Client">The client.</param>
/// <param name="Consented">Scopes the person agreed to.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.given-client")]
public sealed record GivenClient([property: Id(0)] Guid Client, [property: Id(1)] ImmutableArray<string> Consented)
{
    /// <summary>Claims beyond those scopes the person agreed to.</summary>
    [Id(2)] public ImmutableArray<string> ConsentedClaims { get; init; } = [];

    /// <summary>Resources the person agreed to.</summary>
    [Id(3)] public ImmutableArray<string> ConsentedResources { get; init; } = [];
}

/// <summary>A living session.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.session")]
public sealed record Session
{
    /// <summary>Session id.</summary>
    [Id(0)] public required string Sid { get; init; }

    /// <inheritdoc cref="OpenSession.Tenant"/>
    [Id(1)] public required string Tenant { get; init; }

    /// <inheritdoc cref="OpenSession.Subject"/>
    [Id(2)] public required string Subject { get; init; }

    /// <inheritdoc cref="OpenSession.User"/>
    [Id(3)] public required string User { get; init; }

    /// <inheritdoc cref="OpenSession.Role"/>
    [Id(4)] public required string Role { get; init; }

    /// <inheritdoc cref="OpenSession.ProfileJson"/>
    [Id(5)] public string? ProfileJson { get; init; }

    /// <inheritdoc cref="OpenSession.ProviderScopes"/>
    [Id(6)] public ImmutableArray<string> ProviderScopes { get; init; } = [];

    /// <inheritdoc cref="OpenSession.Mode"/>
    [Id(7)] public required string Mode { get; init; }

    /// <inheritdoc cref="OpenSession.Responsibility"/>
    [Id(8)] public required string Responsibility { get; init; }

    /// <summary>When the person logged in; survives renewal.</summary>
    [Id(9)] public required DateTimeOffset AuthTime { get; init; }

    /// <summary>When the session ends unless renewed.</summary>
    [Id(10)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <inheritdoc cref="OpenSession.Acr"/>
    [Id(11)] public string? Acr { get; init; }

    /// <inheritdoc cref="OpenSession.Amr"/>
    [Id(12)] public ImmutableArray<string> Amr { get; init; } = [];

    /// <summary>When the session ends, however often it is renewed.</summary>
    [Id(13)] public DateTimeOffset AbsoluteEnd { get; init; }

    /// <summary>The clients that were given something.</summary>
    [Id(14)] public ImmutableArray<GivenClient> Clients { get; init; } = [];

    /// <inheritdoc cref="OpenSession.Browser"/>
    [Id(15)] public string? Browser { get; init; }

    /// <summary>When it was used last, as far as it was reported; an hour may be missing after a restart.</summary>
    [Id(16)] public DateTimeOffset LastSeen { get; init; }

    /// <inheritdoc cref="OpenSession.HasNoCookie"/>
    [Id(17)] public bool HasNoCookie { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"Session {{ Tenant = {Tenant}, Mode = {Mode}, ExpiresAt = {ExpiresAt:O} }}";
}

/// <summary>What became of a call on a session.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.outcome")]
public abstract record SessionOutcome
{
    private SessionOutcome()
    {
    }

    /// <summary>The session is alive.</summary>
    /// <param name="Session">As it stands after the call.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.sessions.outcome.alive")]
    public sealed record Alive([property: Id(0)] Session Session) : SessionOutcome;

    /// <summary>Unknown, expired, ended, or of another tenant; the caller is not told which.</summary>
    [GenerateSerializer, Immutable, Alias("uitsmijter.sessions.outcome.gone")]
    public sealed record Gone : SessionOutcome;
}

/// <summary>Why a session ended.</summary>
[GenerateSerializer, Alias("uitsmijter.sessions.end")]
public enum SessionEnd
{
    /// <summary>The person logged out.</summary>
    LoggedOut = 0,

    /// <summary>The validation script said the user is not valid any more.</summary>
    UserInvalid = 1,

    /// <summary>Unused for longer than the idle limit.</summary>
    Idle = 2,

    /// <summary>The person logged in again in the same browser.</summary>
    Replaced = 3,

    /// <summary>It reached its absolute limit.</summary>
    Expired = 4,

    /// <summary>The person ended it from another one.</summary>
    EndedByPerson = 5,

    /// <summary>The person signed out everywhere.</summary>
    SignedOutEverywhere = 6,

    /// <summary>An operator ended it.</summary>
    EndedByOperator = 7,

    /// <summary>The person had too many, and it was the oldest.</summary>
    Displaced = 8,
}
