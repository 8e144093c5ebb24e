namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>The doors of forward-auth; there are no others.</summary>
public abstract record ForwardAuthDecision
{
    private ForwardAuthDecision()
    {
    }

    /// <summary>The request reaches the application.</summary>
    /// <param name="Pass">What let it through.</param>
    public sealed record Allow(Pass Pass) : ForwardAuthDecision;

    /// <summary>The request reaches the application, and the cookie is due for renewal.</summary>
    public sealed record AllowAndRenew : ForwardAuthDecision;

    /// <summary>A person without a usable login: to the login page.</summary>
    /// <param name="Reason">Why, for metrics; the person just logs in.</param>
    public sealed record LogIn(ForwardAuthReason Reason) : ForwardAuthDecision;

    /// <summary>A program without a usable login: 401 and where to log in.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="IsBearer">True where a bearer token was refused: then an error code, and no login address (RFC 6750 §3.1).</param>
    public sealed record NotLoggedIn(ForwardAuthReason Reason, bool IsBearer) : ForwardAuthDecision;

    /// <summary>No login would help.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Forbidden(ForwardAuthReason Reason) : ForwardAuthDecision;

    /// <summary>What is known is older than it may be; nothing is allowed until it is not.</summary>
    public sealed record Unavailable : ForwardAuthDecision;
}

/// <summary>What let a request through.</summary>
public enum Pass
{
    /// <summary>A login.</summary>
    Session,

    /// <summary>An access token.</summary>
    Bearer,

    /// <summary>A public path; identity headers are emitted empty.</summary>
    PublicPath,

    /// <summary>A CORS pre-flight request; identity headers are emitted empty.</summary>
    Preflight,
}

/// <summary>Why a request did not get through.</summary>
public enum ForwardAuthReason
{
    /// <summary>The question comes from a peer whose description is not believed.</summary>
    Stranger,

    /// <summary>The question describes no request.</summary>
    Unreadable,

    /// <summary>Nobody named the host.</summary>
    NoTenant,

    /// <summary>The tenant switched forward-auth off.</summary>
    TenantNotAllowed,

    /// <summary>The cookie is another tenant's.</summary>
    TenantMismatch,

    /// <summary>There is no login, or one that ended, or one that answers for another host or another mode.</summary>
    InvalidToken,

    /// <summary>The login is good, but has none of the contexts the tenant asks for, or is too old (RFC 9470 §3).</summary>
    InsufficientAuthentication,

    /// <summary>The provider says that the user is not valid any more.</summary>
    UserInvalid,

    /// <summary>The login is good, but the proxy keeps the renewed cookie to itself: the login page hands it out.</summary>
    RenewedCookieDropped,
}
