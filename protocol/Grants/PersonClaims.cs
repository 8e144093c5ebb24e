using System.Globalization;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>
/// Claims about a person, made of what the provider's script told (OpenID Connect Core §5.1, §5.4). A claim is the profile's member of its name, else of
/// the first of the names common in existing profiles. Empty ones are left out (§5.3.2).
/// </summary>
public static class PersonClaims
{
    private static readonly Dictionary<string, string[]> _ofScope = new(StringComparer.Ordinal)
    {
        [ScopeNames.Profile] =
        [
            "name", "family_name", "given_name", "middle_name", "nickname", PreferredUsername, "profile", "picture", "website", "gender", "birthdate", "zoneinfo",
            "locale", UpdatedAt,
        ],
        [ScopeNames.Email] = ["email", EmailVerified],
        [ScopeNames.Address] = [Address],
        [ScopeNames.Phone] = ["phone_number", PhoneVerified],
    };

    private static readonly Dictionary<string, string> _scopeOf = _ofScope
        .SelectMany(static scope => scope.Value.Select(claim => (claim, scope.Key)))
        .ToDictionary(static pair => pair.claim, static pair => pair.Key, StringComparer.Ordinal);

    /// <summary>Other names of profiles for a claim, the first that is there counts (docs/oauth/claims.md).</summary>
    private static readonly Dictionary<string, string[]> _otherNames = new(StringComparer.Ordinal)
    {
        ["name"] = ["displayName", "display_name", "fullName", "full_name"],
        ["given_name"] = ["givenName", "firstName", "first_name", "firstname"],
        ["family_name"] = ["familyName", "lastName", "last_name", "lastname", "surname"],
        ["middle_name"] = ["middleName"],
        ["nickname"] = ["nickName"],
        [PreferredUsername] = ["preferredUsername", "username", "userName", "login"],
        ["picture"] = ["avatar", "avatarUrl", "avatar_url", "photo"],
        ["birthdate"] = ["birthday", "dateOfBirth"],
        ["zoneinfo"] = ["timezone", "timeZone"],
        ["locale"] = ["language", "lang"],
        [UpdatedAt] = ["updatedAt"],
        ["email"] = ["mail", "eMail"],
        [EmailVerified] = ["emailVerified"],
        ["phone_number"] = ["phoneNumber", "phone", "mobile"],
        [PhoneVerified] = ["phoneNumberVerified", "phoneVerified"],
    };

    /// <summary>What only we say: a profile or a wish cannot name it (attack group 41).</summary>
    private static readonly HashSet<string> _reserved = new(StringComparer.Ordinal)
    {
        JwtClaims.Issuer, JwtClaims.Subject, JwtClaims.Audience, JwtClaims.ExpiresAt, JwtClaims.NotBefore, JwtClaims.IssuedAt, JwtClaims.TokenId, JwtClaims.AuthTime,
        JwtClaims.Nonce, JwtClaims.AccessTokenHash, "c_hash", "s_hash", JwtClaims.AuthorizedParty, JwtClaims.Acr, JwtClaims.Amr, JwtClaims.SessionId, JwtClaims.ClientId,
        JwtClaims.Scope, JwtClaims.GrantId, JwtClaims.Confirmation, JwtClaims.Actor, JwtClaims.MayAct, JwtClaims.Events, JwtClaims.UserInfoClaims,
    };

    private const string PreferredUsername = "preferred_username";
    private const string EmailVerified = "email_verified";
    private const string PhoneVerified = "phone_number_verified";
    private const string UpdatedAt = "updated_at";
    private const string Address = "address";

    /// <summary>Every claim about a person this server may supply, for the metadata.</summary>
    public static IReadOnlyList<string> All { get; } = [.. _scopeOf.Keys, JwtClaims.Role, JwtClaims.Tenant, JwtClaims.User];

    /// <summary>Claims a scope stands for; empty for any other scope.</summary>
    /// <param name="scope">The scope.</param>
    public static IReadOnlyList<string> Of(string scope) => _ofScope.GetValueOrDefault(scope, []);

    /// <summary>The scope a claim belongs to, or null.</summary>
    /// <param name="claim">The claim.</param>
    public static string? ScopeOf(string claim) => _scopeOf.GetValueOrDefault(claim);

    /// <summary>Names a profile may use for a claim instead of its own; the first that is there counts.</summary>
    /// <param name="claim">The claim.</param>
    public static IReadOnlyList<string> OtherNames(string claim) => _otherNames.GetValueOrDefault(claim, []);

    /// <summary>Whether only we say a claim.</summary>
    /// <param name="claim">The claim.</param>
    public static bool IsReserved(string claim) => _reserved.Contains(claim);

    /// <summary>Writes those of the claims there is something to say about; reserved ones never.</summary>
    /// <param name="writer">Stands in an object.</param>
    /// <param name="person">The person.</param>
    /// <param name="names">The claims.</param>
    public static void Write(Utf8JsonWriter writer, Person person, IEnumerable<string> names)
    {
        using var profile = JsonDocument.Parse(person.ProfileJson ?? "{}");
        foreach (var name in names.Distinct(StringComparer.Ordinal).Where(static name => !IsReserved(name)))
        {
            switch (name)
            {
                case JwtClaims.Role:
                    writer.WriteString(name, person.Role);
                    break;
                case JwtClaims.Tenant:
                    writer.WriteString(name, person.Tenant);
                    break;
                case JwtClaims.User:
                    writer.WriteString(name, person.User);
                    break;
                default:
                    WriteOne(writer, person, profile.RootElement, name);
                    break;
            }
        }
    }

    private static void WriteOne(Utf8JsonWriter writer, Person person, JsonElement profile, string name)
    {
        if (Find(profile, name) is not { } value)
        {
            if (name == PreferredUsername && person.User.Length > 0)
            {
                writer.WriteString(name, person.User);
            }

            return;
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        switch (name)
        {
            case EmailVerified or PhoneVerified when bool.TryParse(text, out var flag):
                writer.WriteBoolean(name, flag);
                break;
            case UpdatedAt when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant):
                writer.WriteNumber(name, instant.ToUnixTimeSeconds());
                break;
            case Address when text is not null:
                // OpenID Connect Core §5.1.1: an object; one line of text is the whole address.
                writer.WriteStartObject(name);
                writer.WriteString("formatted", text);
                writer.WriteEndObject();
                break;
            default:
                writer.WritePropertyName(name);
                value.WriteTo(writer);
                break;
        }
    }

    private static JsonElement? Find(JsonElement profile, string name)
    {
        if (profile.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        foreach (var key in OtherNames(name).Prepend(name))
        {
            if (profile.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.String && value.ValueEquals("")))
            {
                return value;
            }
        }

        return null;
    }
}

/// <summary>A person as the login script told of them.</summary>
/// <param name="Tenant">Tenant name.</param>
/// <param name="Subject">The subject.</param>
/// <param name="User">Login name.</param>
/// <param name="Role">Role.</param>
/// <param name="ProfileJson">Profile as JSON text, or null.</param>
public sealed record Person(string Tenant, string Subject, string User, string Role, string? ProfileJson)
{
    /// <summary>The person behind a grant.</summary>
    /// <param name="facts">The grant.</param>
    public static Person Of(GrantFacts facts) => new(facts.Tenant, facts.Subject, facts.User, facts.Role, facts.ProfileJson);

    /// <inheritdoc />
    public override string ToString() => $"Person {{ Tenant = {Tenant} }}";
}
