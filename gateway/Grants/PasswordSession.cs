using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// The session behind tokens of the password grant: as long as they live, without a cookie, so that whatever ends a person's sessions ends these tokens too.
/// There is no refresh token: the client can ask again.
/// </summary>
internal sealed class PasswordSession(IGrainFactory grains, AuditLog audit)
{
    /// <summary>The terms of the session.</summary>
    /// <param name="login">The login.</param>
    public static SessionTerms TermsOf(PasswordLogin login)
    {
        // A little longer than the tokens, which are made a moment later and have their whole life.
        var life = (login.Client.TokenLives.AccessToken ?? login.Request.Terms.AccessTokenLife) + SessionRules.ClockTolerance;
        return new SessionTerms
        {
            Mode = LoginModes.OAuth,
            Responsibility = ResponsibilityRules.Of(login.Tenant, login.Browser.Host),
            CookieLife = life,
            AbsoluteLimit = life < login.Tenant.Sessions.AbsoluteLimit ? life : login.Tenant.Sessions.AbsoluteLimit,
            HasNoCookie = true,
        };
    }

    /// <summary>Mints the tokens of a new session.</summary>
    /// <param name="login">The login.</param>
    /// <param name="opened">Its session.</param>
    public async Task<TokenOutcome> Give(PasswordLogin login, Session opened)
    {
        var (request, client, tenant) = (login.Request, login.Client, login.Tenant);
        var aborted = request.Context.RequestAborted;
        if (await grains.GetGrain<ISessionGrain>(opened.Sid).Give(new GiveGrant { Tenant = tenant.Name, Client = client.Ident }, aborted) is not SessionOutcome.Alive(var alive))
        {
            return new TokenOutcome.Refused(OAuthError.Unavailable());
        }

        audit.LoginSucceeded(tenant.Name, client.Name, alive.Subject, login.Browser.Client, alive.Sid);
        return await grains.GetGrain<ITokenGrain>(tenant.Name).Mint(new MintTokens { Facts = FactsOf(login, alive), Terms = request.Terms }, aborted);
    }

    private static GrantFacts FactsOf(PasswordLogin login, Session session)
    {
        var facts = SessionFacts.For(session, login.Client, ScopeRules.Parse(login.Request.Form[OAuthParameters.Scope]));
        return facts with
        {
            ClientId = login.Request.Client.ClientId,

            // Nothing outlives the tokens, so offline_access would promise what is not there.
            Scopes = facts.Scopes.Remove(ScopeNames.OfflineAccess),
            IsOffline = false,
            EndsAt = session.AbsoluteEnd,
            Resources = [.. login.Request.Form.All(OAuthParameters.Resource)],
            Jkt = login.Request.Jkt,
        };
    }
}
