using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// <c>POST /oauth/par</c> (RFC 9126 §2): a proven client leaves its authorization request here, checked as at <c>/authorize</c>, and gets a name for it that
/// the person's browser carries. What is wrong is told at once, as JSON, before anything is stored.
/// </summary>
internal sealed class PushedRequestEndpoint(ClientGate gate, ClientAllowance allowance, DpopProofs proofs, PushedRequests pushed)
{
    /// <summary>The path.</summary>
    public const string Path = "/oauth/par";

    /// <summary>Answers a request that is no POST: the one endpoint whose standard names the status (RFC 9126 §2.3). Everywhere else a wrong method finds nothing (contract http.md §1).</summary>
    /// <param name="context">The request.</param>
    public static Task RefuseMethod(HttpContext context)
    {
        context.Response.Headers.Allow = HttpMethods.Post;
        return OAuthAnswer.Refuse(context, OAuthError.InvalidRequest("Push requests by POST.") with { Status = StatusCodes.Status405MethodNotAllowed });
    }

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public Task Answer(HttpContext context) => gate.Open(context, async (form, client, proof) =>
    {
        if ((WhyRefused(form, client) ?? WhyForeignKey(form, proof?.Jkt)) is { } error)
        {
            await OAuthAnswer.Refuse(context, error);
            return;
        }

        if (!await allowance.TryTake(context, client, ThrottleKeyRules.PushedRequest, Reasons.TooManyPushedRequests, "Too many requests of this client were pushed from this network. Wait."))
        {
            return;
        }

        if (!await proofs.TryUseOfPublic(context, client, proof))
        {
            return;
        }

        var uri = await pushed.Push(client, form, proof?.Jkt, context.RequestAborted);
        await OAuthAnswer.Write(context, StatusCodes.Status201Created, writer =>
        {
            writer.WriteString(OAuthParameters.RequestUri, uri);
            writer.WriteNumber(OAuthParameters.ExpiresIn, (long)PushedRequestUri.Life.TotalSeconds);
        });
    });

    /// <summary>RFC 9449 §10.1: a proof binds the request as <c>dpop_jkt</c> does; both must name one key.</summary>
    private static OAuthError? WhyForeignKey(OAuthForm form, string? jkt) =>
        jkt is not null && form[OAuthParameters.DpopJkt] is { } named && named != jkt ? DpopRules.Invalid("The DPoP proof is not made with the key dpop_jkt names.") : null;

    private static OAuthError? WhyRefused(OAuthForm form, Client client)
    {
        if (form[OAuthParameters.RequestUri] is not null)
        {
            return OAuthError.InvalidRequest("A pushed request must not name another request_uri.");
        }

        if (form[OAuthParameters.ClientId] is { } named && !(ClientIdRules.TryRead(named, out var ident) && ident == client.Ident))
        {
            return OAuthError.InvalidRequest("The client_id is not the one of the client that proved itself.");
        }

        // Who names itself by HTTP Basic or an assertion alone has said its id.
        return RequestReader.Read(client, name => form[name] ?? (name == OAuthParameters.ClientId ? client.Ident.ToString("D") : null), [.. form.All(OAuthParameters.Resource)], isPushed: true) switch
        {
            RequestReading.Unusable(var unusable) => unusable,
            RequestReading.Faulty faulty => faulty.Error,
            _ => null,
        };
    }
}
