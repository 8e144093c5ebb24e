using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>
/// Token exchange (RFC 8693) within a tenant: what a client may bring, what for, and what comes out. Nothing ever widens: not the scopes, not the life, not the
/// person, and no trace of who acts gets lost.
/// </summary>
public static class ExchangeRules
{
    /// <summary>More people than this act through one another nowhere; an endless chain is an attack.</summary>
    private const int MostActors = 4;

    /// <summary>What is wrong with the outer form of a request; null when nothing is.</summary>
    /// <param name="ask">The request.</param>
    public static OAuthError? WhyMalformed(ExchangeAsk ask)
    {
        if (ask.SubjectTokenType is not (TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdToken))
        {
            return OAuthError.InvalidRequest("The subject_token_type must be that of an access token or of an ID token.");
        }

        if (ask.HasActorToken != ask.ActorTokenType is not null)
        {
            return OAuthError.InvalidRequest("actor_token and actor_token_type go together.");
        }

        return ask.ActorTokenType is not (null or TokenTypeIdentifiers.AccessToken) ? OAuthError.InvalidRequest("The actor_token_type must be that of an access token.")
            : ask.RequestedTokenType is not (null or TokenTypeIdentifiers.AccessToken) ? OAuthError.InvalidRequest("Only an access token can be requested.")
            : null;
    }

    /// <summary>Why a client may not ask; null when it may.</summary>
    /// <param name="client">The proven client.</param>
    /// <param name="ask">The request.</param>
    public static OAuthError? WhyForbidden(Client client, ExchangeAsk ask)
    {
        if (!client.IsConfidential || !client.GrantTypes.Contains(GrantTypes.TokenExchange) || client.TokenExchange is not { } policy)
        {
            return OAuthError.UnauthorizedClient("The client may not use this grant type.", Reasons.ErrorUnsupportedGrantType);
        }

        if (!ask.Resources.All(client.Resources.Contains) || !ask.Audiences.All(policy.Audiences.Contains))
        {
            return OAuthError.InvalidTarget("The client may not ask for a token for this resource or audience.");
        }

        return !ask.HasActorToken && !policy.AllowImpersonation
            ? OAuthError.InvalidRequest("The client must say who acts: send an actor_token.")
            : null;
    }

    /// <summary>
    /// What goes beyond the person's consent; null when nothing does. A client that has to ask the person (<c>require_consent</c>) was given what its own token says and nothing more: neither a token of a client
    /// the person may have agreed to, nor one for a place the person was not asked about.
    /// </summary>
    /// <param name="client">The proven client.</param>
    /// <param name="ask">The request.</param>
    /// <param name="owner">Whom the subject's token was issued to.</param>
    /// <param name="audiences">Whom the subject's token is for.</param>
    public static OAuthError? WhyBeyondConsent(Client client, ExchangeAsk ask, Guid owner, ImmutableArray<string> audiences) =>
        !client.RequireConsent ? null
        : owner != client.Ident ? OAuthError.InvalidRequest("The person is asked before this client may have anything: it brings tokens of its own alone.")
        : ask.Resources.Concat(ask.Audiences).All(audiences.Contains) ? null
        : OAuthError.InvalidTarget("The person was not asked about this resource or audience: ask for it at the authorization endpoint.");

    /// <summary>Whether a client may bring a token that was issued to another one.</summary>
    /// <param name="client">The proven client.</param>
    /// <param name="owner">Whose token it is.</param>
    public static bool MayBring(Client client, Guid owner) => owner == client.Ident || client.TokenExchange?.SubjectClients.Contains(owner) == true;

    /// <summary>The scopes of the new token: of the subject's those that are asked for, and of these the ones the client may have anyway.</summary>
    /// <param name="client">The proven client.</param>
    /// <param name="subject">Scopes of the subject's token.</param>
    /// <param name="asked">What is asked for; empty for everything.</param>
    public static ImmutableArray<string> Scopes(Client client, ImmutableArray<string> subject, ImmutableArray<string> asked) =>
    [
        // No ID token and no refresh token comes out.
        .. ScopeRules.Allowed(asked.IsDefaultOrEmpty ? subject : [.. asked.Where(subject.Contains)], client.Scopes)
            .Except([ScopeNames.OpenId, ScopeNames.OfflineAccess], StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// The claim <c>act</c> (RFC 8693 §4.1): who acts now, and inside it who acted before. Without an actor those of before stay: an impersonation does not
    /// launder a delegation.
    /// </summary>
    /// <param name="actor">Who acts now, or null.</param>
    /// <param name="before">The claim <c>act</c> of the subject's token, or null.</param>
    /// <returns>JSON text, or null for nobody; false when the chain is too long.</returns>
    public static (bool IsGood, string? Json) Actors(ExchangeActor? actor, JsonElement? before)
    {
        if (DepthOf(before) + (actor is null ? 0 : 1) > MostActors)
        {
            return (false, null);
        }

        if (actor is null)
        {
            return (true, before?.GetRawText());
        }

        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(JwtClaims.Subject, actor.Subject);
            AccessTokenClaims.WriteText(writer, JwtClaims.ClientId, actor.ClientId);
            if (before is { } nested)
            {
                writer.WritePropertyName(JwtClaims.Actor);
                nested.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return (true, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static int DepthOf(JsonElement? actor)
    {
        var depth = 0;
        while (actor is { ValueKind: JsonValueKind.Object } one)
        {
            depth++;
            actor = one.TryGetProperty(JwtClaims.Actor, out var inner) ? inner : null;
        }

        return depth;
    }
}

/// <summary>A request for an exchange without its tokens.</summary>
public sealed record ExchangeAsk
{
    /// <summary>Type of the subject's token, or null.</summary>
    public string? SubjectTokenType { get; init; }

    /// <summary>Whether somebody acts.</summary>
    public bool HasActorToken { get; init; }

    /// <summary>Type of the actor's token, or null.</summary>
    public string? ActorTokenType { get; init; }

    /// <summary>What is asked for, or null.</summary>
    public string? RequestedTokenType { get; init; }

    /// <summary>Resources the new token shall be for (RFC 8707).</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Audiences it shall be for (RFC 8693 §2.1).</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];
}

/// <summary>Who acts.</summary>
/// <param name="Subject">Subject of the actor's token.</param>
/// <param name="ClientId">The client it was issued to.</param>
public sealed record ExchangeActor(string Subject, string? ClientId);
