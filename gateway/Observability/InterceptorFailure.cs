namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>Why forward-auth did not let a request through, as the label <c>reason</c> counts it.</summary>
internal enum InterceptorFailure
{
    /// <summary>No token, or one that is not valid (any more): <c>INVALID_TOKEN</c>.</summary>
    InvalidToken,

    /// <summary>No tenant owns the host: <c>NO_TENANT</c>.</summary>
    NoTenant,

    /// <summary>The token is another tenant's: <c>TENANT_MISMATCH</c>.</summary>
    TenantMismatch,

    /// <summary>The tenant has forward-auth switched off: <c>TENANT_NOT_ALLOWED</c>.</summary>
    TenantNotAllowed,

    /// <summary>The gateway has been without its silos for too long: <c>STALE</c>; not in the contract.</summary>
    Stale,

    /// <summary>The login is not strong or young enough for the tenant: <c>INSUFFICIENT_AUTHENTICATION</c>; not in the contract.</summary>
    InsufficientAuthentication,

    /// <summary>The forwarded request could not be read: <c>BAD_REQUEST</c>; not in the contract.</summary>
    BadRequest,
}
