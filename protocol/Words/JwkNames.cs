using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Members of a JSON Web Key and of a key set (RFC 7517, RFC 7518 §6).</summary>
public static class JwkNames
{
    /// <summary>The array of a key set.</summary>
    public const string Keys = "keys";

    /// <summary>Key type.</summary>
    public const string KeyType = "kty";

    /// <summary>Intended use.</summary>
    public const string Use = "use";

    /// <summary>What the key may be used for, as a list (RFC 7517 §4.3).</summary>
    public const string Operations = "key_ops";

    /// <summary>The operation of <see cref="Operations"/> that <see cref="Signature"/> stands for.</summary>
    public const string Verify = "verify";

    /// <summary>Key id.</summary>
    public const string KeyId = "kid";

    /// <summary>Algorithm.</summary>
    public const string Algorithm = "alg";

    /// <summary>RSA modulus.</summary>
    public const string Modulus = "n";

    /// <summary>RSA public exponent.</summary>
    public const string Exponent = "e";

    /// <summary>Curve.</summary>
    public const string Curve = "crv";

    /// <summary>First coordinate of the point.</summary>
    public const string X = "x";

    /// <summary>Second coordinate of the point.</summary>
    public const string Y = "y";

    /// <summary><c>kty</c> of RSA keys.</summary>
    public const string Rsa = "RSA";

    /// <summary><c>kty</c> of elliptic curve keys.</summary>
    public const string EllipticCurve = "EC";

    /// <summary><c>crv</c> of NIST P-256.</summary>
    public const string P256 = "P-256";

    /// <summary><c>use</c> of keys that verify signatures.</summary>
    public const string Signature = "sig";

    /// <summary>Members only a private or a symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1).</summary>
    public static readonly ImmutableArray<string> Private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
}
