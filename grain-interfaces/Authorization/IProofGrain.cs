namespace Uitsmijter.Actors.GrainInterfaces.Authorization;

/// <summary>
/// Remembers that something signed was seen: the <c>jti</c> of a client assertion (RFC 7523 §3) or of a DPoP proof (RFC 9449 §11.1), or a
/// login id. Key: hex SHA-256 over purpose, owner and id. Ask only after the signature verified, or strangers fill the store.
/// </summary>
[Alias("uitsmijter.proof")]
public interface IProofGrain : IGrainWithStringKey
{
    /// <summary>Uses the id up: true for exactly one caller, by the conditional write.</summary>
    /// <param name="until">From when on the thing is refused for its age anyway.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("try-use")]
    Task<bool> TryUse(DateTimeOffset until, CancellationToken cancellationToken);
}

/// <summary>A proof whose signature and claims are right, to be used up once everything else about the request is proven.</summary>
/// <param name="Key">Key of its <see cref="IProofGrain"/>.</param>
/// <param name="Until">From when on it is refused for its age anyway.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.authorization.proof-use")]
public sealed record ProofUse([property: Id(0)] string Key, [property: Id(1)] DateTimeOffset Until);
