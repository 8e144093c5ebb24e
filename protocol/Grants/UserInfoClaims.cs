using System.Text.Json;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>
/// What UserInfo says (OpenID Connect Core §5.3): the subject always; of the provider's profile what the granted scopes stand for (§5.4). A token
/// without <c>openid</c> is one of the contract's (http.md §8.2): it gets the whole profile, which stands in the token anyway.
/// </summary>
public static class UserInfoClaims
{
    private static readonly Dictionary<string, string[]> _ofScope = new(StringComparer.Ordinal)
    {
        [ScopeNames.Profile] =
        [
            "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo",
            "locale", "updated_at",
        ],
        [ScopeNames.Email] = ["email", "email_verified"],
        [ScopeNames.Address] = ["address"],
        [ScopeNames.Phone] = ["phone_number", "phone_number_verified"],
    };

    /// <summary>Claims a scope stands for; empty for any other scope.</summary>
    /// <param name="scope">The scope.</param>
    public static IReadOnlyList<string> Of(string scope) => _ofScope.GetValueOrDefault(scope, []);

    /// <summary>Writes the members of the answer.</summary>
    /// <param name="writer">Stands in an object.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="profileJson">The provider's profile, or null.</param>
    /// <param name="scope">Granted scopes, separated by spaces.</param>
    public static void Write(Utf8JsonWriter writer, string subject, string? profileJson, string scope)
    {
        writer.WriteString(JwtClaims.Subject, subject);
        if (profileJson is null)
        {
            return;
        }

        using var profile = JsonDocument.Parse(profileJson);
        if (profile.RootElement.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        var scopes = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isOpenId = scopes.Contains(ScopeNames.OpenId);
        var wanted = scopes.SelectMany(Of).ToHashSet(StringComparer.Ordinal);
        foreach (var member in profile.RootElement.EnumerateObject())
        {
            // The subject is ours to say: a profile cannot name another one (attack group 41).
            if (member.Name != JwtClaims.Subject && (!isOpenId || wanted.Contains(member.Name)))
            {
                member.WriteTo(writer);
            }
        }
    }
}
