using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>What became of a request of a client, gathered on its way through an endpoint: a refused one gets exactly one line in the log.</summary>
internal sealed class ClientRequest
{
    /// <summary>Name of the tenant of the client that asks; null where nobody knows it.</summary>
    public string? Tenant { get; set; }

    /// <summary>True where an <c>AUDIT</c> record tells of the refusal.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>What the client was told; null where it was not refused.</summary>
    public OAuthError? Refusal { get; set; }

    /// <summary>A refusal nobody has written down yet; null where there is none. A device that waits and a client that is told its nonce did nothing wrong.</summary>
    public OAuthError? Untold => IsRecorded || Refusal is not { } error || OAuthErrors.IsQuestion(error.Error) ? null : error;

    /// <summary>The reason as the log has it: it may say what a caller must not learn, that there is no such client.</summary>
    public string? Reason => Refusal?.Reason == Reasons.ErrorWrongClientSecret && Tenant is null ? Reasons.NoClient : Refusal?.Reason;

    /// <summary>That of a request.</summary>
    /// <param name="context">The request.</param>
    public static ClientRequest Of(HttpContext context)
    {
        if (context.Features.Get<ClientRequest>() is { } known)
        {
            return known;
        }

        var request = new ClientRequest();
        context.Features.Set(request);
        return request;
    }
}
