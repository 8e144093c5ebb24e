namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Signature algorithms by their names in JOSE headers (RFC 7518 §3.1).</summary>
public static class JwsAlgorithms
{
    /// <summary>HMAC with SHA-256.</summary>
    public const string HS256 = "HS256";

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256.</summary>
    public const string RS256 = "RS256";

    /// <summary>RSASSA-PSS with SHA-256.</summary>
    public const string PS256 = "PS256";

    /// <summary>ECDSA on P-256 with SHA-256.</summary>
    public const string ES256 = "ES256";
}
