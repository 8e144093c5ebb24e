using Uitsmijter.Actors.GrainInterfaces.Grants;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>One grant type of the token endpoint.</summary>
internal interface ITokenGrant
{
    /// <summary>The names clients may use for it.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Answers a request; the client is not proven yet.</summary>
    /// <param name="request">The request.</param>
    Task<TokenOutcome> Answer(TokenRequest request);
}
