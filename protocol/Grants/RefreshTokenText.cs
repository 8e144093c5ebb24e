using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>
/// A refresh token's text: grant id, a dot, and the secret: 256 random bits and a tag over them. The id finds the grant; the tag tells a
/// token of the family that was spent long ago from a guess, so that reuse is noticed (RFC 9700 §4.14.2) while nobody can end a grant by
/// knowing its id, which stands in every access token.
/// </summary>
public static class RefreshTokenText
{
    /// <summary>Random bytes of a secret.</summary>
    public const int RandomBytes = 32;

    /// <summary>Bytes of the key that makes tags; one per grant.</summary>
    public const int TagKeyBytes = 32;

    private const int TagBytes = 16;
    private const int MaxLength = 256;

    /// <summary>Makes a secret.</summary>
    /// <param name="random"><see cref="RandomBytes"/> random bytes.</param>
    /// <param name="tagKey">The grant's tag key.</param>
    public static string MakeSecret(ReadOnlySpan<byte> random, ReadOnlySpan<byte> tagKey)
    {
        Span<byte> secret = stackalloc byte[RandomBytes + TagBytes];
        random[..RandomBytes].CopyTo(secret);
        HMACSHA256.HashData(tagKey, random[..RandomBytes]).AsSpan(0, TagBytes).CopyTo(secret[RandomBytes..]);
        return Base64Url.EncodeToString(secret);
    }

    /// <summary>Whether a secret was made by this grant, whenever; in constant time.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="tagKey">The grant's tag key.</param>
    public static bool IsOfFamily(string secret, ReadOnlySpan<byte> tagKey)
    {
        Span<byte> bytes = stackalloc byte[RandomBytes + TagBytes];
        return Encoding.ASCII.GetByteCount(secret) == Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.IsValid(secret)
            && Base64Url.TryDecodeFromChars(secret, bytes, out var written)
            && written == bytes.Length
            && CryptographicOperations.FixedTimeEquals(bytes[RandomBytes..], HMACSHA256.HashData(tagKey, bytes[..RandomBytes]).AsSpan(0, TagBytes));
    }

    /// <summary>The token's text.</summary>
    /// <param name="grantId">The grant.</param>
    /// <param name="secret">The secret.</param>
    public static string Join(string grantId, string secret) => $"{grantId}.{secret}";

    /// <summary>Grant id and secret of a text; null when it cannot be a refresh token.</summary>
    /// <param name="text">What a client sent.</param>
    public static (string GrantId, string Secret)? Split(string text) =>
        text.Length <= MaxLength && text.Split('.') is [{ Length: 22 } grantId, { Length: > 0 } secret] && IsPlain(grantId) && IsPlain(secret)
            ? (grantId, secret)
            : null;

    /// <summary>Without the white space base64url decoders overlook: a grain key has one spelling, and nothing but blanks is none.</summary>
    private static bool IsPlain(string text) => Base64Url.IsValid(text) && !text.Any(char.IsWhiteSpace);
}
