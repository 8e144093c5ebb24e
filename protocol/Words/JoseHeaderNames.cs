namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Header parameters of a JSON Web Signature (RFC 7515 §4.1).</summary>
public static class JoseHeaderNames
{
    /// <summary>Algorithm.</summary>
    public const string Algorithm = "alg";

    /// <summary>Key id.</summary>
    public const string KeyId = "kid";

    /// <summary>Media type of the token.</summary>
    public const string Type = "typ";

    /// <summary>A public key in the header; read from DPoP proofs alone (RFC 9449 §4.2), everywhere else it is refused.</summary>
    public const string Jwk = "jwk";

    /// <summary>Extensions the reader must understand; none is supported.</summary>
    public const string Critical = "crit";
}
