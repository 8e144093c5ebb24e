using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// <c>POST /oauth/par</c> (RFC 9126 §2): a proven client leaves its authorization request here, checked as at <c>/authorize</c>, and gets a name for it that
/// the person's browser carries. What is wrong is told at once, as JSON, before anything is stored.
/// </summary>
internal sealed class PushedRequestEndpoint(ClientGate gate, PushedRequests pushed)
{
    /// <summary>The path.</summary>
    public const string Path = "/oauth/par";

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public Task Answer(HttpContext context) => gate.Open(context, async (form, client) =>
    {
        if (WhyRefused(form, client) is { } error)
        {
            await OAuthAnswer.Refuse(context, error);
            return;
        }

        var uri = await pushed.Push(client, form, context.RequestAborted);
        await OAuthAnswer.Write(context, StatusCodes.Status201Created, writer =>
        {
            writer.WriteString(OAuthParameters.RequestUri, uri);
            writer.WriteNumber(OAuthParameters.ExpiresIn, (long)PushedRequestUri.Life.TotalSeconds);
        });
    });

    private static OAuthError? WhyRefused(OAuthForm form, Client client)
    {
        if (form[OAuthParameters.RequestUri] is not null)
        {
            return OAuthError.InvalidRequest("A pushed request must not name another request_uri.");
        }

        if (form[OAuthParameters.ClientId] is { } named && !(Guid.TryParseExact(named, "D", out var ident) && ident == client.Ident))
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
