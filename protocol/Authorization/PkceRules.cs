using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>Proof Key for Code Exchange (RFC 7636).</summary>
public static class PkceRules
{
    private const int Shortest = 43;
    private const int Longest = 128;

    private static readonly SearchValues<char> _unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>Whether a text can be a verifier, or a challenge of the method <c>plain</c> (RFC 7636 §4.1).</summary>
    /// <param name="text">The text.</param>
    public static bool IsWellFormed(string text) => text.Length is >= Shortest and <= Longest && !text.AsSpan().ContainsAnyExcept(_unreserved);

    /// <summary>Whether a text can be a challenge of the method (RFC 7636 §4.2): a hash has exactly 43 characters.</summary>
    /// <param name="challenge">The challenge.</param>
    /// <param name="method">Its method.</param>
    public static bool IsChallenge(string challenge, string method) => method == CodeChallengeMethods.S256
        ? challenge.Length == Shortest && Base64Url.IsValid(challenge)
        : IsWellFormed(challenge);

    /// <summary>Whether the verifier is the one behind the challenge; in constant time.</summary>
    /// <param name="challenge">The challenge of the authorization request, or null.</param>
    /// <param name="method">Its method; meaningless without one.</param>
    /// <param name="verifier">The verifier of the token request, or null.</param>
    /// <returns>
    /// True also where there is neither: whether a client may do without is decided before. A verifier without a challenge is refused: somebody
    /// took the challenge out of the authorization request (RFC 9700 §2.1.1, the downgrade of attack group 23).
    /// </returns>
    public static bool IsProven(string? challenge, string? method, string? verifier)
    {
        if (challenge is null || verifier is null)
        {
            return challenge is null && verifier is null;
        }

        var sent = method == CodeChallengeMethods.S256 ? Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) : verifier;
        return IsWellFormed(verifier) && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(sent), Encoding.ASCII.GetBytes(challenge));
    }
}
