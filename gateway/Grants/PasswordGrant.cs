using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// User name and password for tokens (RFC 6749 §4.3, contract http.md §6.3). Off unless a client lists it: the client sees the password, and no second factor
/// can be asked (RFC 9700 §2.4). Guesses count like those on the login page, against the same counters.
/// </summary>
internal sealed class PasswordGrant(
    ProvenClients clients,
    IGrainFactory grains,
    CatalogMirror catalog,
    KeyMirror keys,
    LoginAsk ask,
    Visits visits,
    PasswordSession sessions,
    Metrics metrics,
    AuditLog audit) : ITokenGrant
{
    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; } = [GrantTypes.Password];

    /// <inheritdoc />
    public async Task<TokenOutcome> Answer(TokenRequest request)
    {
        var aborted = request.Context.RequestAborted;
        var verdict = await clients.Authenticate(request.Client, aborted);
        if (verdict is not ClientVerdict.Proven(var client))
        {
            return new TokenOutcome.Refused(((ClientVerdict.Refused)verdict).Error);
        }

        if (WhyRefused(client, request) is { } error)
        {
            return new TokenOutcome.Refused(error);
        }

        if (catalog.Current.TenantByName(client.TenantName) is not { } tenant
            || await keys.Get(tenant, aborted) is not { } tenantKeys
            || visits.Request(request.Context) is not { } browser)
        {
            return new TokenOutcome.Refused(OAuthError.Unavailable());
        }

        var login = new PasswordLogin(request, client, tenant, request.Form[OAuthParameters.Username]!, browser);
        if (request.Proof is { } proof && !await grains.GetGrain<IProofGrain>(proof.Key).TryUse(proof.Until, aborted))
        {
            return new TokenOutcome.Refused(DpopRules.Replayed());
        }

        var outcome = await ask.Attempt(
            tenant.Name,
            tenantKeys,
            browser.Client,
            deviceId: null,
            new LoginRequest { Username = login.UserName, Password = request.Form[OAuthParameters.Password]!, GrantType = GrantTypes.Password },
            PasswordSession.TermsOf(login),
            aborted);
        return await Decide(login, outcome);
    }

    private static OAuthError? WhyRefused(Client client, TokenRequest request)
    {
        if (!client.GrantTypes.Contains(GrantTypes.Password))
        {
            return OAuthError.UnauthorizedClient("The client may not use this grant type.", Reasons.ErrorUnsupportedGrantType);
        }

        return request.Form[OAuthParameters.Username] is null ? OAuthError.InvalidRequest("No String was found at 'username'")
            : request.Form[OAuthParameters.Password] is null ? OAuthError.InvalidRequest("No String was found at 'password'")
            : !request.Form.All(OAuthParameters.Resource).All(client.Resources.Contains) ? OAuthError.InvalidTarget("The client may not ask for this resource.")
            : DpopRules.WhyUnbound(client, request.Jkt);
    }

    private async Task<TokenOutcome> Decide(PasswordLogin login, AttemptOutcome outcome)
    {
        switch (outcome)
        {
            case AttemptOutcome.LoggedIn(var session):
                return await sessions.Give(login, session);
            case AttemptOutcome.Denied:
                audit.LoginFailed(login.Tenant.Name, login.Client.Name, login.UserName, login.Browser.Client, Reasons.WrongCredentials);
                return new TokenOutcome.Refused(OAuthError.InvalidGrant("The user name or the password is wrong.", Reasons.WrongCredentials));
            case AttemptOutcome.Throttled throttled:
                return TooMany(login, throttled);
            default:
                return new TokenOutcome.Refused(OAuthError.Unavailable("The provider cannot say whether the user may log in. Try again."));
        }
    }

    private TokenOutcome.Refused TooMany(PasswordLogin login, AttemptOutcome.Throttled taken)
    {
        metrics.LoginThrottled(login.Tenant.Name, taken.ByNetwork);
        audit.LockedOut(login.Tenant.Name, login.Client.Name, login.UserName, login.Browser.Client, taken.RetryAfter);
        return new TokenOutcome.Refused(ClientAllowance.TooMany(
            login.Request.Context, taken.RetryAfter, Reasons.LoginTooManyAttempts, "Too many logins failed. Wait as long as Retry-After says."));
    }
}

/// <summary>One attempt to log in by this grant. Never printed.</summary>
/// <param name="Request">The request.</param>
/// <param name="Client">The proven client.</param>
/// <param name="Tenant">Its tenant.</param>
/// <param name="UserName">The name as sent.</param>
/// <param name="Browser">Where the request came from.</param>
internal sealed record PasswordLogin(TokenRequest Request, Client Client, Tenant Tenant, string UserName, BrowserRequest Browser)
{
    /// <inheritdoc />
    public override string ToString() => "PasswordLogin { *** }";
}
