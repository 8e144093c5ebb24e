using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>
/// The order of checks. <see cref="DecideOpen"/> answers what needs no credential, <see cref="DecideCredential"/> the rest;
/// together they are one list, top to bottom, first answer wins.
/// </summary>
public static class ForwardAuthRules
{
    private static readonly ForwardAuthDecision _session = new ForwardAuthDecision.Allow(Pass.Session);
    private static readonly ForwardAuthDecision _bearer = new ForwardAuthDecision.Allow(Pass.Bearer);
    private static readonly ForwardAuthDecision _public = new ForwardAuthDecision.Allow(Pass.PublicPath);
    private static readonly ForwardAuthDecision _preflight = new ForwardAuthDecision.Allow(Pass.Preflight);
    private static readonly ForwardAuthDecision _renew = new ForwardAuthDecision.AllowAndRenew();
    private static readonly ForwardAuthDecision _weakBearer = new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.InsufficientAuthentication, IsBearer: true);
    private static readonly ForwardAuthDecision _unavailable = new ForwardAuthDecision.Unavailable();

    /// <summary>Decides without looking at a credential.</summary>
    /// <param name="isCurrent">Whether catalog and revocations are known, and not older than <c>STALE_LIMIT</c>.</param>
    /// <param name="tenant">The tenant of the request's host, or null.</param>
    /// <param name="publicPaths">The tenant's public paths.</param>
    /// <param name="request">The original request.</param>
    /// <returns>The decision, or null when it takes a credential.</returns>
    public static ForwardAuthDecision? DecideOpen(bool isCurrent, Tenant? tenant, PublicPaths publicPaths, in ForwardedRequest request)
    {
        if (!isCurrent)
        {
            return _unavailable;
        }

        if (tenant is null)
        {
            return new ForwardAuthDecision.Forbidden(ForwardAuthReason.NoTenant);
        }

        if (!tenant.Interceptor.Enabled)
        {
            return new ForwardAuthDecision.Forbidden(ForwardAuthReason.TenantNotAllowed);
        }

        if (request.IsPreflight && tenant.Interceptor.AllowPreflight)
        {
            return _preflight;
        }

        return publicPaths.Covers(request.Target) ? _public : null;
    }

    /// <summary>Decides about a request that takes a credential.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="responsibility">What a session must answer for on this host.</param>
    /// <param name="request">The original request.</param>
    /// <param name="credential">What the caller brought.</param>
    /// <param name="isRevoked">Whether the credential's session was revoked.</param>
    /// <param name="now">The instant.</param>
    public static ForwardAuthDecision DecideCredential(
        Tenant tenant, string responsibility, in ForwardedRequest request, Credential credential, bool isRevoked, DateTimeOffset now)
    {
        switch (credential)
        {
            case Credential.Bearer { IsValid: true } bearer when !isRevoked:
                return tenant.Interceptor.Requirement is { } requirement && !requirement.IsMetBy(bearer.Acr, bearer.AuthTime, now) ? _weakBearer : _bearer;
            case Credential.Bearer:
                return new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.InvalidToken, IsBearer: true);
            case Credential.Foreign:
                return Anonymous(request, ForwardAuthReason.TenantMismatch);
            case Credential.Cookie cookie:
                return DecideCookie(tenant, responsibility, request, cookie, isRevoked, now);
            default:
                return Anonymous(request, ForwardAuthReason.InvalidToken);
        }
    }

    private static ForwardAuthDecision DecideCookie(
        Tenant tenant, string responsibility, in ForwardedRequest request, Credential.Cookie cookie, bool isRevoked, DateTimeOffset now)
    {
        if (!string.Equals(cookie.Tenant, tenant.Name, StringComparison.Ordinal))
        {
            return Anonymous(request, ForwardAuthReason.TenantMismatch);
        }

        if (isRevoked || !Suits(cookie, responsibility, now))
        {
            return Anonymous(request, ForwardAuthReason.InvalidToken);
        }

        if (!IsStrong(tenant, cookie, now))
        {
            return Anonymous(request, ForwardAuthReason.InsufficientAuthentication);
        }

        return cookie.RenewAt <= now ? _renew : _session;
    }

    /// <summary>Whether the login of a cookie is as strong and as young as the tenant asks (RFC 9470).</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cookie">A cookie with a good signature.</param>
    /// <param name="now">The instant.</param>
    public static bool IsStrong(Tenant tenant, Credential.Cookie cookie, DateTimeOffset now) =>
        tenant.Interceptor.Requirement is not { } requirement || requirement.IsMetBy(cookie.Acr, cookie.AuthTime, now);

    /// <summary>Whether a cookie answers for a host, was approved for proxies, and is in its time; of several such a one is chosen.</summary>
    /// <param name="cookie">A cookie with a good signature.</param>
    /// <param name="responsibility">What it must answer for.</param>
    /// <param name="now">The instant.</param>
    public static bool Suits(Credential.Cookie cookie, string responsibility, DateTimeOffset now) =>
        string.Equals(cookie.Responsibility, responsibility, StringComparison.Ordinal)
        && string.Equals(cookie.Mode, LoginModes.Interceptor, StringComparison.Ordinal)
        && cookie.ExpiresAt > now;

    /// <summary>A person goes to the login page, a program is told where it is; a redirect would only feed HTML to a script.</summary>
    private static ForwardAuthDecision Anonymous(in ForwardedRequest request, ForwardAuthReason reason) =>
        request.IsNavigation ? new ForwardAuthDecision.LogIn(reason) : new ForwardAuthDecision.NotLoggedIn(reason, IsBearer: false);
}
