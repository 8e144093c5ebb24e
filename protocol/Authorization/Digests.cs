using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// One-way names of things that can be redeemed: grain keys, stored state and logs hold these and never the thing (design §2). What is
/// hashed has 256 random bits, so a plain hash is enough.
/// </summary>
public static class Digests
{
    /// <summary>Lower-case hex SHA-256 of a text, as part of a grain key.</summary>
    /// <param name="secret">The code, device code, or random part of a <c>request_uri</c>.</param>
    public static string KeyOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The grain key of something signed that may be seen once: the parts cannot run into each other.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="owner">Whose; ids of two owners never collide.</param>
    /// <param name="id">Its id.</param>
    public static string KeyOf(string purpose, string owner, string id) =>
        KeyOf($"{purpose.Length}:{purpose}{owner.Length}:{owner}{id}");

    /// <summary>base64url SHA-256, as it is stored.</summary>
    /// <param name="secret">The secret.</param>
    public static string Of(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether a secret has this digest; in constant time.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="digest">A digest by <see cref="Of"/>.</param>
    public static bool Matches(string secret, string digest) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Of(secret)), Encoding.ASCII.GetBytes(digest));
}
