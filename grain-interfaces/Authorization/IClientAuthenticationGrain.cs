using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.GrainInterfaces.Authorization;

/// <summary>Proves clients from the silo's mirror of the catalog. Key: the client's ident, or <see cref="Strangers"/>; a stateless worker.</summary>
[Alias("uitsmijter.client-authentication")]
public interface IClientAuthenticationGrain : IGrainWithStringKey
{
    /// <summary>Key for every id the caller does not know.</summary>
    const string Strangers = "strangers";

    /// <summary>Proves a client. An assertion is good once.</summary>
    /// <param name="proof">What the client sent.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("authenticate")]
    Task<ClientVerdict> Authenticate(ClientProof proof, CancellationToken cancellationToken);
}

/// <summary>Whether a client is who it says.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.authorization.client-verdict")]
public abstract record ClientVerdict
{
    private ClientVerdict()
    {
    }

    /// <summary>It is; a public client proves nothing and is taken at its word.</summary>
    /// <param name="Client">The client.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.authorization.client-verdict.proven")]
    public sealed record Proven([property: Id(0)] Client Client) : ClientVerdict;

    /// <summary>It is not, or nobody can tell.</summary>
    /// <param name="Error">What the client is told.</param>
    [GenerateSerializer, Immutable, Alias("uitsmijter.authorization.client-verdict.refused")]
    public sealed record Refused([property: Id(0)] OAuthError Error) : ClientVerdict;
}
