using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// Claims as values of headers. What is not printable ASCII is percent-encoded as UTF-8, and so is the percent sign: a value cannot end
/// a header, and decoding is always right. White space at an end is encoded too, because proxies trim it and <c>"admin "</c> would become <c>admin</c>.
/// </summary>
internal static class IdentityValue
{
    /// <summary>Longest value; a longer one is sent empty rather than cut, for a cut one could be somebody else's.</summary>
    public const int MaxLength = 2048;

    private const string Hex = "0123456789ABCDEF";

    /// <summary>The value of a claim path, safe for a header; empty when there is none, null when it is too long for one.</summary>
    /// <param name="claims">Who.</param>
    /// <param name="path">Claim, with dots into <c>profile</c>.</param>
    public static string? Of(IdentityClaims claims, string path)
    {
        var safe = Encode(Find(claims, path));
        return safe.Length <= MaxLength ? safe : null;
    }

    /// <summary>Encodes a value for a header.</summary>
    internal static string Encode(string value)
    {
        if (!NeedsEncoding(value))
        {
            return value;
        }

        var text = new StringBuilder(value.Length + 16);
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var i = 0; i < bytes.Length; i++)
        {
            var isEnd = i == 0 || i == bytes.Length - 1;
            if (bytes[i] is > 0x20 and < 0x7F and not (byte)'%' || (bytes[i] == 0x20 && !isEnd))
            {
                text.Append((char)bytes[i]);
            }
            else
            {
                text.Append('%').Append(Hex[bytes[i] >> 4]).Append(Hex[bytes[i] & 15]);
            }
        }

        return text.ToString();
    }

    private static bool NeedsEncoding(string value) =>
        value.Length > 0 && (value[0] == ' ' || value[^1] == ' ' || value.Contains('%', StringComparison.Ordinal) || value.AsSpan().ContainsAnyExceptInRange(' ', '~'));

    private static string Find(IdentityClaims claims, string path) => path switch
    {
        JwtClaims.Subject => claims.Subject,
        JwtClaims.Tenant => claims.Tenant,
        JwtClaims.User => claims.User,
        JwtClaims.Role => claims.Role,
        JwtClaims.Scope => claims.Scope,
        JwtClaims.Profile => claims.ProfileJson ?? "",
        _ when path.StartsWith(JwtClaims.Profile + ".", StringComparison.Ordinal) => FindInProfile(claims.ProfileJson, path[(JwtClaims.Profile.Length + 1)..]),
        _ => "",
    };

    private static string FindInProfile(string? profileJson, string path)
    {
        if (profileJson is null)
        {
            return "";
        }

        try
        {
            using var document = JsonDocument.Parse(profileJson);
            var found = document.RootElement;
            foreach (var name in path.Split('.'))
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
                {
                    return "";
                }
            }

            return TextOf(found);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // A profile that is no JSON, or holds half a surrogate pair, has no values.
            return "";
        }
    }

    /// <summary>Lists of plain values are joined by commas, anything deeper is its JSON text.</summary>
    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => value.GetString() ?? "",
        JsonValueKind.Array when value.EnumerateArray().All(static one => one.ValueKind is JsonValueKind.String or JsonValueKind.Number) =>
            string.Join(',', value.EnumerateArray().Select(TextOf)),
        _ => value.GetRawText(),
    };
}
