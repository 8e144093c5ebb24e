namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>PKCE methods (RFC 7636 §4.2).</summary>
public static class CodeChallengeMethods
{
    /// <summary>base64url of SHA-256 of the verifier.</summary>
    public const string S256 = "S256";

    /// <summary>The verifier itself; only where the client allows it.</summary>
    public const string Plain = "plain";

    /// <summary>Not of the RFC: the contract lets a client say that it sends no challenge (http.md §5.1).</summary>
    public const string None = "none";
}
