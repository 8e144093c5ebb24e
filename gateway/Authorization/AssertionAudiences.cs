using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// What a client assertion may be for: the issuer of the client's tenant, its token endpoint, and the endpoint that was asked (RFC 7523 §3, RFC 9126 §2).
/// They come from the catalog, never from the request's host.
/// </summary>
internal sealed class AssertionAudiences(CatalogMirror catalog, ServerSettings settings)
{
    /// <summary>The proof with the audiences its assertion may name; without an assertion, and for unknown clients, the proof itself.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="context">The request it came with.</param>
    public ClientProof With(ClientProof proof, HttpContext context)
    {
        if (proof.Kind != ClientProofKind.Assertion
            || !ClientIdRules.TryRead(proof.ClientId, out var ident)
            || catalog.Current.ClientByIdent(ident) is not { } client
            || catalog.Current.TenantByName(client.TenantName) is not { } tenant)
        {
            return proof;
        }

        var issuer = IssuerRules.IssuerOf(tenant, settings.PublicDomain);
        return proof with { Audiences = [issuer, issuer + TokenEndpoint.Path, issuer + context.Request.Path.Value] };
    }
}
