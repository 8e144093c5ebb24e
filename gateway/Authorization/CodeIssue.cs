using System.Buffers.Text;
using System.Security.Cryptography;
using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Gives a client a code for a person whose session is alive.</summary>
internal sealed class CodeIssue(IGrainFactory grains, PushedRequests pushed, AuthorizationAnswer answers, ErrorPage errors, Metrics metrics, TokenMetrics tokens)
{
    private const int CodeBytes = 32;

    /// <summary>Design §4: 60 s (OWASP ASVS 10.4.3).</summary>
    private static readonly TimeSpan _life = TimeSpan.FromSeconds(60);

    /// <summary>Issues a code and sends the person back.</summary>
    /// <param name="context">The request.</param>
    /// <param name="visit">The visit.</param>
    /// <param name="asking">Who asks for what.</param>
    /// <param name="live">The session.</param>
    /// <returns>False when the session is gone; nothing is answered then.</returns>
    public async Task<bool> Issue(HttpContext context, Visit visit, Asking asking, LiveSession live)
    {
        var (client, request, pushedKey) = asking;
        var outcome = await grains.GetGrain<ISessionGrain>(live.Claims.Sid).Give(
            new GiveGrant { Tenant = visit.Tenant.Name, Client = client.Ident, ClientId = request.ClientId }, context.RequestAborted);
        if (outcome is not SessionOutcome.Alive(var session))
        {
            return false;
        }

        // The code uses the request up: of any number of browsers that carry it one gets a code (RFC 9126 §4).
        if (pushedKey is not null && !await pushed.Take(pushedKey, client, context.RequestAborted))
        {
            var gone = PushedRequests.Gone();
            await errors.Write(context, visit.Tenant, gone.Status, gone.Reason, gone.Description);
            return true;
        }

        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes));
        var issued = await grains.GetGrain<IAuthorizationCodeGrain>(Digests.KeyOf(code)).Issue(OrderOf(asking, session), context.RequestAborted);
        if (!issued)
        {
            throw new InvalidOperationException("A fresh code was taken.");
        }

        metrics.AuthorizeAttempt(visit.Tenant.Name, client.Name, request.Challenge is not null);
        tokens.Stored();
        await answers.Give(context, visit, request, code);
        return true;
    }

    private static IssueCode OrderOf(Asking asking, Session session) => new()
    {
        Facts = FactsOf(asking, session),
        RedirectUri = asking.Request.RedirectUri,
        Challenge = asking.Request.Challenge,
        ChallengeMethod = asking.Request.ChallengeMethod,
        Life = _life,
    };

    private static GrantFacts FactsOf(Asking asking, Session session)
    {
        var (client, request, _) = asking;
        return SessionFacts.For(session, client, request.Scopes) with
        {
            ClientId = request.ClientId,
            Nonce = request.Nonce,
            ClaimsJson = request.Claims.Agreed(client.Scopes),
            Resources = request.Resources,
            Jkt = request.DpopJkt,
        };
    }
}
