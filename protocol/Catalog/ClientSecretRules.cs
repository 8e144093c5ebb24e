using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>What is asked of client secrets, wherever they come from.</summary>
public static class ClientSecretRules
{
    private const int EnoughBytes = 16;

    /// <summary>Least bytes of a secret that keys HMAC with SHA-256 (RFC 7518 §3.2).</summary>
    private const int LeastMacBytes = 32;

    /// <summary>Digest of a secret as it is kept and compared: SHA-256, lower-case hex.</summary>
    /// <param name="secret">The secret.</param>
    public static string DigestOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>What is wrong with a secret, or null.</summary>
    /// <param name="secret">The secret, not empty.</param>
    /// <param name="method">The client's <c>token_endpoint_auth_method</c>, or null.</param>
    public static (ProblemKind Kind, string Message)? WhyWeak(string secret, string? method)
    {
        var bytes = Encoding.UTF8.GetByteCount(secret);
        if (method == ClientAuthenticationMethods.SecretJwt && bytes < LeastMacBytes)
        {
            return (Problems.AuthenticationContradicts, $"has {bytes} bytes: {method} needs at least {LeastMacBytes} (RFC 7518 §3.2).");
        }

        return bytes < EnoughBytes ? (Problems.WeakSecret, $"has {bytes} bytes: use at least {EnoughBytes} random ones.") : null;
    }
}
