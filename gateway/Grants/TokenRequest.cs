using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Grants;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>A request for tokens whose outer form is right.</summary>
/// <param name="Context">The request.</param>
/// <param name="Form">Its parameters.</param>
/// <param name="Client">How the client proves itself.</param>
/// <param name="Jkt">Thumbprint of the key of a verified DPoP proof, or null.</param>
/// <param name="Terms">How to mint.</param>
internal sealed record TokenRequest(HttpContext Context, OAuthForm Form, ClientProof Client, string? Jkt, MintTerms Terms)
{
    /// <inheritdoc />
    public override string ToString() => "TokenRequest { *** }";
}
