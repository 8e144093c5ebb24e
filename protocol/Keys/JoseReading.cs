using System.Buffers.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>How texts of JOSE that others wrote are read: tokens, keys, proofs. Never throws, whatever the text.</summary>
public static class JoseReading
{
    /// <summary>Longest token of ours, made or read: what many an application server allows one header.</summary>
    public const int MostCharacters = 8192;

    /// <summary>A member that is a text; null when it is missing or of another kind, or when there is no object to have it.</summary>
    /// <param name="element">The object.</param>
    /// <param name="name">The member's name.</param>
    public static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is a JSON string and no text.
            return null;
        }
    }

    /// <summary>
    /// The bytes of a text in base64url in its one spelling (RFC 7515 §2): no padding, no white space, no stray bits. A second spelling would be a second
    /// token, key or proof to whoever remembers texts, and the same one to whoever reads bytes. Null for anything else, and for nothing.
    /// </summary>
    /// <param name="text">The text, from anybody.</param>
    public static byte[]? Bytes(string text)
    {
        if (text.Length == 0 || !Base64Url.IsValid(text))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length > 0 && Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }
}
