using System.Text.Json;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>
/// What is told of the person behind an access token: the standard's UserInfo (OpenID Connect Core §5.3) and the contract's <c>/token/info</c> (http.md §8.2).
/// </summary>
public static class UserInfoClaims
{
    /// <summary>The subject; of the provider's profile what the granted scopes stand for (OpenID Connect Core §5.4), and what the <c>claims</c> parameter named (§5.5).</summary>
    /// <param name="writer">Stands in an object.</param>
    /// <param name="person">The person.</param>
    /// <param name="scope">Granted scopes, separated by spaces.</param>
    /// <param name="wished">Claims named by the <c>claims</c> parameter.</param>
    public static void Write(Utf8JsonWriter writer, Person person, string scope, IEnumerable<string> wished)
    {
        writer.WriteString(JwtClaims.Subject, person.Subject);
        PersonClaims.Write(writer, person, scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(PersonClaims.Of).Concat(wished));
    }

    /// <summary>Writes the subject and the whole profile at top level, whatever the scopes are: the contract's <c>/token/info</c>.</summary>
    /// <param name="writer">Stands in an object.</param>
    /// <param name="person">The person.</param>
    public static void WriteProfile(Utf8JsonWriter writer, Person person)
    {
        writer.WriteString(JwtClaims.Subject, person.Subject);
        using var profile = Unwrapped(person.ProfileJson);
        if (profile?.RootElement.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        // Who says it, about whom, to whom and until when is ours to say: a profile names no other (attack group 41).
        foreach (var member in profile.RootElement.EnumerateObject().Where(static member => !IsOurs(member.Name)))
        {
            member.WriteTo(writer);
        }
    }

    private static bool IsOurs(string name) => name is JwtClaims.Subject or JwtClaims.Issuer or JwtClaims.Audience
        or JwtClaims.ExpiresAt or JwtClaims.NotBefore or JwtClaims.IssuedAt or JwtClaims.TokenId;

    /// <summary>A profile that is JSON inside a text is unwrapped one level (contract http.md §8.2).</summary>
    private static JsonDocument? Unwrapped(string? profileJson)
    {
        if (profileJson is null)
        {
            return null;
        }

        var profile = JsonDocument.Parse(profileJson);
        if (profile.RootElement.ValueKind != JsonValueKind.String)
        {
            return profile;
        }

        using (profile)
        {
            try
            {
                return JsonDocument.Parse(profile.RootElement.GetString()!);
            }
            catch (JsonException)
            {
                // A plain text has no members.
                return null;
            }
        }
    }
}
