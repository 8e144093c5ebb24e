using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Login;
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
    private const int SidBytes = 32;

    /// <summary>Opens a session and mints its tokens.</summary>
    /// <param name="login">The login.</param>
    /// <param name="approved">What the script said.</param>
    public async Task<TokenOutcome> Open(PasswordLogin login, LoginOutcome.Approved approved)
    {
        var (request, client, tenant) = (login.Request, login.Client, login.Tenant);
        var aborted = request.Context.RequestAborted;
        // A little longer than the tokens, which are made a moment later and have their whole life.
        var life = (client.TokenLives.AccessToken ?? request.Terms.AccessTokenLife) + SessionRules.ClockTolerance;
        var session = grains.GetGrain<ISessionGrain>(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SidBytes)));
        var opened = await session.Open(
            new OpenSession
            {
                Tenant = tenant.Name,
                Subject = approved.Subject,
                User = login.UserName,
                Role = approved.Role,
                ProfileJson = approved.ProfileJson,
                ProviderScopes = approved.Scopes,
                Mode = LoginModes.OAuth,
                Responsibility = ResponsibilityRules.Of(tenant, login.Browser.Host),
                CookieLife = life,
                AbsoluteLimit = life < tenant.Sessions.AbsoluteLimit ? life : tenant.Sessions.AbsoluteLimit,
                Acr = approved.Acr,
                Amr = approved.Amr,
                HasNoCookie = true,
            },
            aborted);
        if (opened is not SessionOutcome.Alive
            || await session.Give(new GiveGrant { Tenant = tenant.Name, Client = client.Ident }, aborted) is not SessionOutcome.Alive(var alive))
        {
            return new TokenOutcome.Refused(OAuthError.Unavailable());
        }

        audit.LoginSucceeded(tenant.Name, client.Name, alive.Subject, login.Browser.Client, alive.Sid);
        return await grains.GetGrain<ITokenGrain>(tenant.Name).Mint(new MintTokens { Facts = FactsOf(login, alive), Terms = request.Terms }, aborted);
    }

    private static GrantFacts FactsOf(PasswordLogin login, Session session) => new()
    {
        Tenant = session.Tenant,
        Client = login.Client.Ident,
        ClientId = login.Request.Client.ClientId,
        Sid = session.Sid,
        Subject = session.Subject,
        User = session.User,
        Role = session.Role,
        ProfileJson = session.ProfileJson,
        Scopes = ScopesOf(login, session),
        AuthTime = session.AuthTime,
        Acr = session.Acr,
        Amr = session.Amr.IsDefaultOrEmpty ? ["pwd"] : session.Amr,
        Resources = [.. login.Request.Form.All(OAuthParameters.Resource)],
        Jkt = login.Request.Jkt,
        EndsAt = session.AbsoluteEnd,
    };

    /// <summary>Contract http.md §13; nothing outlives the tokens, so <c>offline_access</c> would promise what is not there.</summary>
    private static ImmutableArray<string> ScopesOf(PasswordLogin login, Session session) =>
        ScopeRules.Grant(ScopeRules.Parse(login.Request.Form[OAuthParameters.Scope]), login.Client.Scopes, session.ProviderScopes, login.Client.AllowedProviderScopes)
            .Remove(ScopeNames.OfflineAccess);
}
