using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>A request for tokens whose outer form is right.</summary>
/// <param name="Context">The request.</param>
/// <param name="Form">Its parameters.</param>
/// <param name="Client">How the client proves itself.</param>
/// <param name="Dpop">Its DPoP proof, or null. It is used up by the grant that gives something for it.</param>
/// <param name="Terms">How to mint.</param>
internal sealed record TokenRequest(HttpContext Context, OAuthForm Form, ClientProof Client, DpopProof? Dpop, MintTerms Terms)
{
    /// <summary>Thumbprint of the key of the proof, or null.</summary>
    public string? Jkt => Dpop?.Jkt;

    /// <summary>The proof for the grain that uses it up, or null.</summary>
    public ProofUse? Proof => Dpop is null ? null : new ProofUse(Dpop.Key, Dpop.Until);

    /// <inheritdoc />
    public override string ToString() => "TokenRequest { *** }";
}
