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
