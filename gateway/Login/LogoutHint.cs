using System.Text.Json;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Reads the <c>id_token_hint</c> of a logout (RP-Initiated Logout §2): an ID token of the tenant, expired or not.</summary>
internal sealed class LogoutHint(PublishedKeys keys, ServerSettings settings)
{
    /// <summary>What the hint says; null for one that is none of the tenant's.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="hint">The token.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<LogoutHintReading> Open(Tenant tenant, string hint, CancellationToken cancellationToken) =>
        await keys.Of(tenant, cancellationToken) is not { } known ? new LogoutHintReading(null, CanTell: false)
            : SignedJwt.Open(hint, TokenTypes.IdToken, known, []) is { } claims
                ? new LogoutHintReading(FactsOf(claims, IssuerRules.IssuerOf(tenant, settings.PublicDomain)), CanTell: true)
                : new LogoutHintReading(null, CanTell: true);

    /// <summary>The audience a token claims, unverified: it only chooses whose keys the token is judged by.</summary>
    /// <param name="hint">The token.</param>
    public static string? ClaimedAudience(string hint)
    {
        if (hint.Length > SignedJwt.MaxLength || hint.Split('.') is not [_, var claims, _] || JoseReading.Bytes(claims) is not { } bytes)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(bytes, SignedJwt.Json);
            return JoseReading.Text(document.RootElement, JwtClaims.Audience);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static LogoutHintFacts? FactsOf(byte[] claims, string issuer)
    {
        try
        {
            using var document = JsonDocument.Parse(claims, SignedJwt.Json);
            var root = document.RootElement;
            return JoseReading.Text(root, JwtClaims.Issuer) == issuer && JoseReading.Text(root, JwtClaims.Subject) is { } subject && JoseReading.Text(root, JwtClaims.Audience) is { } audience
                ? new LogoutHintFacts(subject, JoseReading.Text(root, JwtClaims.SessionId), audience)
                : null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>What a hint says.</summary>
/// <param name="Facts">Its claims; null when it is none of ours.</param>
/// <param name="CanTell">False while the tenant's keys are out of reach: then a good hint must not be called a forged one.</param>
internal readonly record struct LogoutHintReading(LogoutHintFacts? Facts, bool CanTell);
