using System.Text.Json;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>Reads <c>id_token_hint</c> (OpenID Connect Core §3.1.2.1): an ID token of ours, expired or not, names the person the client means.</summary>
internal sealed class IdTokenHint(PublishedKeys keys, ServerSettings settings)
{
    /// <summary>Reads a hint. Throws where nobody can tell whose it is.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="hint">The parameter, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<HintReading> Read(Tenant tenant, string? hint, CancellationToken cancellationToken)
    {
        if (hint is null)
        {
            return default;
        }

        return SignedJwt.Open(hint, TokenTypes.IdToken, await keys.Need(tenant, cancellationToken), []) is { } claims
            && SubjectOf(claims, IssuerRules.IssuerOf(tenant, settings.PublicDomain)) is { } subject
                ? new HintReading(subject, false)
                : new HintReading(null, true);
    }

    private static string? SubjectOf(byte[] claims, string issuer)
    {
        try
        {
            using var document = JsonDocument.Parse(claims, SignedJwt.Json);
            return document.RootElement.GetProperty(JwtClaims.Issuer).GetString() == issuer ? document.RootElement.GetProperty(JwtClaims.Subject).GetString() : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>What a hint says.</summary>
/// <param name="Subject">The person, or null without a hint.</param>
/// <param name="IsForged">True when there is a hint and it is none of ours.</param>
internal readonly record struct HintReading(string? Subject, bool IsForged);
