namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>What became of reading an authorization request.</summary>
public abstract record RequestReading
{
    private RequestReading()
    {
    }

    /// <summary>It is well-formed.</summary>
    /// <param name="Request">The request.</param>
    public sealed record Ready(AuthorizationRequest Request) : RequestReading;

    /// <summary>The client is told by a redirect: it and its address are known (RFC 6749 §4.1.2.1).</summary>
    /// <param name="Error">What is wrong.</param>
    /// <param name="RedirectUri">Where to.</param>
    /// <param name="ResponseMode">How.</param>
    /// <param name="State">Its state, or null.</param>
    public sealed record Faulty(OAuthError Error, string RedirectUri, string ResponseMode, string? State) : RequestReading;

    /// <summary>The person is told: nobody may be redirected to an address that is not known to be the client's (RFC 6749 §4.1.2.1, §10.15).</summary>
    /// <param name="Error">What is wrong.</param>
    public sealed record Unusable(OAuthError Error) : RequestReading;
}
