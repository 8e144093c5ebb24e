using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>What is known of a client's request on its way through an endpoint, so that a refused one gets exactly one line in the log, before its answer.</summary>
/// <param name="context">The request.</param>
/// <param name="refusals">Where the line goes; null where nobody listens.</param>
internal sealed class ClientRequest(HttpContext context, RefusalLog? refusals)
{
    /// <summary>The client the request names, which it may not be from; null where nobody knows it.</summary>
    public Client? Client { get; set; }

    /// <summary>True where a record or a line tells of the refusal.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>That of a request.</summary>
    /// <param name="context">The request.</param>
    public static ClientRequest Of(HttpContext context)
    {
        if (context.Features.Get<ClientRequest>() is { } known)
        {
            return known;
        }

        var request = new ClientRequest(context, refusals: null);
        context.Features.Set(request);
        return request;
    }

    /// <summary>
    /// Writes the line of a refusal. A device that waits, a client that is told its nonce or that the person must be asked did nothing wrong. The log may say what a caller must not learn, that
    /// there is no such client.
    /// </summary>
    /// <param name="error">What the client is told.</param>
    public void Refused(OAuthError error)
    {
        if (IsRecorded || OAuthErrors.IsQuestion(error.Error) || OAuthErrors.IsForThePerson(error.Error))
        {
            return;
        }

        IsRecorded = true;
        refusals?.RefusedClient(context, Client, error.Status, error.Reason == Reasons.ErrorWrongClientSecret && Client is null ? Reasons.NoClient : error.Reason, error.Why);
    }
}
