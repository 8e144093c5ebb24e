using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>The <c>claims</c> parameter (OpenID Connect Core §5.5): claims a client asks for one by one.</summary>
/// <param name="UserInfo">For the answer of UserInfo.</param>
/// <param name="IdToken">For the ID token.</param>
public sealed record ClaimsRequest(ImmutableDictionary<string, ClaimWish> UserInfo, ImmutableDictionary<string, ClaimWish> IdToken)
{
    /// <summary>Longest parameter in characters.</summary>
    public const int MaxLength = 4096;

    private const int MostClaims = 64;

    /// <summary>Nothing is asked for.</summary>
    public static ClaimsRequest None { get; } = new(ImmutableDictionary<string, ClaimWish>.Empty, ImmutableDictionary<string, ClaimWish>.Empty);

    /// <summary>Reads the parameter; null when it is none. Members nobody knows are ignored (§5.5).</summary>
    /// <param name="json">The parameter.</param>
    public static ClaimsRequest? Parse(string json)
    {
        if (json.Length > MaxLength)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                && WishesOf(document.RootElement, ClaimsRequestNames.UserInfo) is { } userInfo
                && WishesOf(document.RootElement, ClaimsRequestNames.IdToken) is { } idToken
                    ? new ClaimsRequest(userInfo, idToken)
                    : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no UTF-16.
            return null;
        }
    }

    /// <summary>
    /// What the grant remembers: the names a client may ask for. A standard claim needs the scope it belongs to among those the client may have; others come
    /// from the profile, which stands in the access token anyway.
    /// </summary>
    /// <param name="clientScopes">Patterns of the client's scopes.</param>
    /// <returns>JSON text in the form of the parameter; null for nothing.</returns>
    public string? Agreed(ImmutableArray<string> clientScopes)
    {
        var (userInfo, idToken) = (NamesOf(UserInfo, clientScopes), NamesOf(IdToken, clientScopes));
        if (userInfo.Length + idToken.Length == 0)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            Write(writer, ClaimsRequestNames.UserInfo, userInfo);
            Write(writer, ClaimsRequestNames.IdToken, idToken);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Claims of <see cref="Agreed"/> that none of the granted scopes stands for: what a person has to be told besides.</summary>
    /// <param name="clientScopes">Patterns of the client's scopes.</param>
    /// <param name="granted">Scopes the client would get.</param>
    public ImmutableArray<string> Beyond(ImmutableArray<string> clientScopes, ImmutableArray<string> granted) =>
    [
        .. NamesOf(UserInfo, clientScopes)
            .Union(NamesOf(IdToken, clientScopes), StringComparer.Ordinal)
            .Where(name => PersonClaims.ScopeOf(name) is not { } scope || !granted.Contains(scope))
            .Order(StringComparer.Ordinal),
    ];

    private static ImmutableDictionary<string, ClaimWish>? WishesOf(JsonElement root, string member)
    {
        if (!root.TryGetProperty(member, out var wishes) || wishes.ValueKind == JsonValueKind.Null)
        {
            return ImmutableDictionary<string, ClaimWish>.Empty;
        }

        if (wishes.ValueKind != JsonValueKind.Object || wishes.GetPropertyCount() > MostClaims)
        {
            return null;
        }

        var found = ImmutableDictionary.CreateBuilder<string, ClaimWish>(StringComparer.Ordinal);
        foreach (var wish in wishes.EnumerateObject())
        {
            if (ClaimWish.Parse(wish.Value) is not { } parsed)
            {
                return null;
            }

            found[wish.Name] = parsed;
        }

        return found.ToImmutable();
    }

    private static string[] NamesOf(ImmutableDictionary<string, ClaimWish> wishes, ImmutableArray<string> clientScopes) =>
    [
        .. wishes.Keys
            .Where(name => !PersonClaims.IsReserved(name) && (PersonClaims.ScopeOf(name) is not { } scope || ScopeRules.Allowed([scope], clientScopes).Any()))
            .Order(StringComparer.Ordinal),
    ];

    private static void Write(Utf8JsonWriter writer, string member, string[] names)
    {
        writer.WriteStartObject(member);
        foreach (var name in names)
        {
            writer.WriteNull(name);
        }

        writer.WriteEndObject();
    }
}

/// <summary>How a client asks for one claim (OpenID Connect Core §5.5.1).</summary>
/// <param name="IsEssential">Whether it says that it cannot do without.</param>
/// <param name="Values">Values it wants, in order of preference; empty for any.</param>
public sealed record ClaimWish(bool IsEssential, ImmutableArray<string> Values)
{
    private static readonly ClaimWish _any = new(false, []);

    /// <summary>Reads one wish: <c>null</c>, or an object; null when it is neither.</summary>
    /// <param name="wish">The member's value.</param>
    internal static ClaimWish? Parse(JsonElement wish)
    {
        if (wish.ValueKind == JsonValueKind.Null)
        {
            return _any;
        }

        if (wish.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var isEssential = wish.TryGetProperty(ClaimsRequestNames.Essential, out var essential) && essential.ValueKind == JsonValueKind.True;
        ImmutableArray<string> values = wish.TryGetProperty(ClaimsRequestNames.Value, out var value) ? [TextOf(value)]
            : wish.TryGetProperty(ClaimsRequestNames.Values, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(TextOf)]
            : [];
        return new ClaimWish(isEssential, values);
    }

    private static string TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
