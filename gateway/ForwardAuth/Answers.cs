using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;
using AuthenticationSchemes = Uitsmijter.Actors.Protocol.Words.AuthenticationSchemes;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>Puts decisions into the words each proxy understands (proxies.md A, B.3).</summary>
internal sealed class Answers(ErrorPage errors, Metrics metrics, RefusalLog refusals, ServerSettings settings)
{
    private static readonly StringValues _noStore = new(CacheControlHeaderValue.NoStoreString);
    private static readonly StringValues _empty = new("");
    private static readonly StringValues _challenge = new(AuthenticationSchemes.Bearer);
    private static readonly StringValues _invalidToken = new($"{AuthenticationSchemes.Bearer} error=\"{OAuthErrors.InvalidToken}\"");
    private static readonly StringValues _invalidBoundToken = new($"{AuthenticationSchemes.Dpop} error=\"{OAuthErrors.InvalidToken}\", algs=\"{string.Join(' ', DpopRules.Algorithms)}\"");

    /// <summary>Lets a request through with somebody's headers; nothing here waits.</summary>
    /// <param name="context">The question.</param>
    /// <param name="token">Who.</param>
    /// <param name="headers">Their headers at this host.</param>
    public void Allow(HttpContext context, KnownToken token, HostHeaders headers)
    {
        Write(context.Response, headers.Authorization, headers.Identity);
        metrics.InterceptorSuccess(headers.Host, token.Gate.Tenant.Name);
    }

    /// <summary>Lets a request through without anybody: every identity header is there and empty, so that none a client sent survives.</summary>
    /// <param name="context">The question.</param>
    /// <param name="gate">The tenant.</param>
    /// <param name="host">The application's host.</param>
    public void AllowNobody(HttpContext context, TenantGate gate, string host)
    {
        Write(context.Response, _empty, gate.Nobody);
        metrics.InterceptorSuccess(host, gate.Tenant.Name);
    }

    /// <summary>Sets the renewed cookie; the browser sees it where the proxy passes it on.</summary>
    /// <param name="context">The question.</param>
    /// <param name="gate">The tenant.</param>
    /// <param name="request">The original request.</param>
    /// <param name="renewed">The new cookie.</param>
    /// <param name="now">The instant.</param>
    public void SetCookie(HttpContext context, TenantGate gate, in ForwardedRequest request, Renewal.Renewed renewed, DateTimeOffset now)
    {
        var protection = CookieRules.ProtectionFor(settings.Secure, request.Scheme == Uri.UriSchemeHttps, request.Host);
        if (protection == CookieProtection.Refused)
        {
            return;
        }

        var place = new CookiePlace { RequestHost = request.Host, TargetHost = request.Host, Mapping = settings.CookieDomains, PublicDomain = settings.PublicDomain };
        SessionCookieWriter.Set(
            context.Response,
            CookieRules.NameFor(gate.Tenant),
            renewed.Cookie,
            now,
            renewed.ExpiresAt - now,
            CookieRules.DomainFor(gate.Tenant, LoginModes.Interceptor, place),
            protection == CookieProtection.Secure);
    }

    /// <summary>Sends a person to the login page, in the way the proxy can relay.</summary>
    /// <param name="context">The question.</param>
    /// <param name="dialect">How it was asked.</param>
    /// <param name="gate">The tenant.</param>
    /// <param name="request">The original request.</param>
    /// <param name="reason">Why.</param>
    public Task LogIn(HttpContext context, Dialect dialect, TenantGate gate, in ForwardedRequest request, ForwardAuthReason reason)
    {
        Count(reason, request.Host, gate.Tenant);
        var address = LoginAddress.Of(gate, request, settings);
        var status = dialect.IsContract && gate.Tenant.Interceptor.RedirectStatus == StatusCodes.Status302Found ? StatusCodes.Status302Found : dialect.NavigationStatus;
        if (status == StatusCodes.Status401Unauthorized)
        {
            return Unauthorized(context, gate, request, reason, address, dialect.LocationOn401);
        }

        NoteCredential(context, gate, status, reason, request.Host, isBearer: false);
        context.Response.StatusCode = status;
        context.Response.Headers.Location = address;
        context.Response.Headers.CacheControl = _noStore;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>Tells a program that there is no login; a refused bearer token gets no login address (RFC 6750 §3.1).</summary>
    /// <param name="context">The question.</param>
    /// <param name="dialect">How it was asked.</param>
    /// <param name="gate">The tenant.</param>
    /// <param name="request">The original request.</param>
    /// <param name="reason">Why.</param>
    /// <param name="isBearer">Whether a bearer token was refused.</param>
    public Task NotLoggedIn(HttpContext context, Dialect dialect, TenantGate gate, in ForwardedRequest request, ForwardAuthReason reason, bool isBearer)
    {
        Count(reason, request.Host, gate.Tenant);
        return Unauthorized(context, gate, request, reason, isBearer ? null : LoginAddress.Of(gate, request, settings), dialect.IsContract);
    }

    /// <summary>Refuses where no login would help.</summary>
    /// <param name="context">The question.</param>
    /// <param name="dialect">How it was asked; null for a target no dialect has.</param>
    /// <param name="gate">The tenant, or null.</param>
    /// <param name="request">The original request, or null where it could not be read.</param>
    /// <param name="reason">Why.</param>
    public Task Forbid(HttpContext context, Dialect? dialect, TenantGate? gate, ForwardedRequest? request, ForwardAuthReason reason)
    {
        var host = request?.Host;
        Count(reason, host, gate?.Tenant);
        var (status, text) = reason switch
        {
            ForwardAuthReason.TenantNotAllowed => (StatusCodes.Status403Forbidden, Reasons.TenantNotAllowed),
            ForwardAuthReason.UserInvalid => (StatusCodes.Status403Forbidden, Reasons.Invalidate),
            ForwardAuthReason.Unreadable => (dialect?.BadRequestStatus ?? StatusCodes.Status400BadRequest, Reasons.NotAcceptableRequest),
            _ => (dialect?.BadRequestStatus ?? StatusCodes.Status400BadRequest, Reasons.NoTenant),
        };
        refusals.RefusedQuestion(context, gate?.Tenant, status, text, host);
        return errors.WriteRelayed(context, gate?.Tenant, status, text, request?.Scheme);
    }

    /// <summary>Refuses a peer that is not trusted; the operator must learn which one.</summary>
    /// <param name="context">The question.</param>
    /// <param name="dialect">How it was asked.</param>
    public Task ForbidStranger(HttpContext context, Dialect dialect)
    {
        refusals.RefusedStranger(context.Connection.RemoteIpAddress);
        Count(ForwardAuthReason.Stranger, null, null);
        return errors.WriteRelayed(context, null, dialect.BadRequestStatus, Reasons.NoTenant, scheme: null);
    }

    /// <summary>Nothing is allowed while this gateway does not know enough.</summary>
    /// <param name="context">The question.</param>
    /// <param name="gate">The tenant, or null.</param>
    /// <param name="request">The original request.</param>
    public Task Unavailable(HttpContext context, TenantGate? gate, in ForwardedRequest request)
    {
        metrics.InterceptorFailure(InterceptorFailure.Stale, request.Host, gate?.Tenant.Name);
        context.Response.Headers.RetryAfter = "1";
        return errors.WriteRelayed(context, gate?.Tenant, StatusCodes.Status503ServiceUnavailable, Reasons.ServiceUnavailable, request.Scheme);
    }

    private static void Write(HttpResponse response, StringValues authorization, KeyValuePair<string, StringValues>[] identity)
    {
        var headers = response.Headers;
        response.ContentLength = 0;
        headers.CacheControl = _noStore;
        headers.Authorization = authorization;
        foreach (var (name, value) in identity)
        {
            headers[name] = value;
        }
    }

    private Task Unauthorized(HttpContext context, TenantGate gate, in ForwardedRequest request, ForwardAuthReason reason, string? address, bool withLocation)
    {
        NoteCredential(context, gate, StatusCodes.Status401Unauthorized, reason, request.Host, isBearer: address is null);
        var headers = context.Response.Headers;
        var isWeak = reason == ForwardAuthReason.InsufficientAuthentication;
        var isBound = address is null && IsDpop(context.Request);
        headers.WWWAuthenticate = isWeak ? (isBound ? gate.BoundStepUp : gate.StepUp) : address is not null ? _challenge : isBound ? _invalidBoundToken : _invalidToken;
        if (address is not null)
        {
            headers[ForwardHeaderNames.LoginUrl] = address;
            if (withLocation)
            {
                headers.Location = address;
            }
        }

        return errors.WriteRelayed(context, gate.Tenant, StatusCodes.Status401Unauthorized, isWeak ? Reasons.InsufficientAuthentication : Reasons.InvalidToken, request.Scheme);
    }

    /// <summary>
    /// Who comes with nothing is on the way to a first login, and who must log in stronger did nothing wrong; a credential that was looked at and refused has a line.
    /// </summary>
    private void NoteCredential(HttpContext context, TenantGate gate, int status, ForwardAuthReason reason, string host, bool isBearer)
    {
        if (reason is ForwardAuthReason.InvalidToken or ForwardAuthReason.TenantMismatch && (isBearer || new CookiePairs(context.Request.Headers.Cookie).MoveTo(gate.CookieName)))
        {
            refusals.RefusedQuestion(context, gate.Tenant, status, reason == ForwardAuthReason.TenantMismatch ? Reasons.TenantMismatch : Reasons.InvalidToken, host);
        }
    }

    private static bool IsDpop(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.TrimStart(' ').StartsWith(AuthenticationSchemes.Dpop, StringComparison.OrdinalIgnoreCase);

    private void Count(ForwardAuthReason reason, string? host, Tenant? tenant)
    {
        if (reason == ForwardAuthReason.RenewedCookieDropped)
        {
            // A detour of a good login is no failure.
            return;
        }

        metrics.InterceptorFailure(Label(reason), host, tenant?.Name);
    }

    private static InterceptorFailure Label(ForwardAuthReason reason) => reason switch
    {
        ForwardAuthReason.NoTenant or ForwardAuthReason.Stranger => InterceptorFailure.NoTenant,
        ForwardAuthReason.Unreadable => InterceptorFailure.BadRequest,
        ForwardAuthReason.TenantNotAllowed => InterceptorFailure.TenantNotAllowed,
        ForwardAuthReason.TenantMismatch => InterceptorFailure.TenantMismatch,
        ForwardAuthReason.InsufficientAuthentication => InterceptorFailure.InsufficientAuthentication,
        _ => InterceptorFailure.InvalidToken,
    };
}
