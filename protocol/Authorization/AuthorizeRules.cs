using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// Whether a person may go back to the client with a code (OpenID Connect Core §3.1.2.3, §3.1.2.6). Pure. A login for this very request
/// satisfies every wish for a new login, or the person would log in for ever.
/// </summary>
public static class AuthorizeRules
{
    /// <summary>Decides.</summary>
    /// <param name="request">The request.</param>
    /// <param name="login">The person, or null when nobody is logged in.</param>
    /// <param name="hintedSubject">Subject of a verified <c>id_token_hint</c>; null without one.</param>
    /// <param name="now">The instant.</param>
    public static AuthorizeDecision Decide(AuthorizationRequest request, LoginFacts? login, string? hintedSubject, DateTimeOffset now)
    {
        var mustNotAsk = request.Prompt.Contains(PromptValues.None);
        if (login is null || IsTooWeak(request, login, now) || (!login.IsFresh && IsWorthAsking(request.Acr, login.Acr, mustNotAsk)))
        {
            return mustNotAsk ? Refuse(OAuthErrors.LoginRequired, "Nobody is logged in, not recently enough, or not strongly enough.") : new AuthorizeDecision.LogIn();
        }

        if (IsSomebodyElse(request, login, hintedSubject))
        {
            // Another person than the client means: never answer about somebody else (OpenID Connect Core §3.1.2.1).
            return mustNotAsk || login.IsFresh ? Refuse(OAuthErrors.LoginRequired, "Somebody else is logged in.") : new AuthorizeDecision.LogIn();
        }

        return request.Acr is { IsEssential: true } wish && !wish.IsMetBy(login.Acr)
            ? Refuse(OAuthErrors.UnmetAuthenticationRequirements, "The login has none of the authentication contexts that were asked for.")
            : new AuthorizeDecision.Issue();
    }

    /// <summary>A login for this request has already been asked for the context: what it has is the answer (RFC 9470 §5). A wish alone never breaks a silent request.</summary>
    private static bool IsWorthAsking(AcrWish wish, string? acr, bool mustNotAsk) => !wish.IsMetBy(acr) && (wish.IsEssential || !mustNotAsk);

    /// <summary>The person the client means, by an ID token or by the claim <c>sub</c> with a value (OpenID Connect Core §5.5.1).</summary>
    private static bool IsSomebodyElse(AuthorizationRequest request, LoginFacts login, string? hintedSubject) =>
        (hintedSubject is not null && hintedSubject != login.Subject)
        || (request.Claims.IdToken.GetValueOrDefault(JwtClaims.Subject) is { Values.Length: > 0 } subject && !subject.Values.Contains(login.Subject, StringComparer.Ordinal));

    private static bool IsTooWeak(AuthorizationRequest request, LoginFacts login, DateTimeOffset now) =>
        (!login.IsFresh && (request.Prompt.Contains(PromptValues.Login) || request.Prompt.Contains(PromptValues.SelectAccount)))
        || (request.MaxAge is { } age && IsAgeing(login, age) && now - login.AuthTime >= age);

    /// <summary>max_age=0 is prompt=login (OpenID Connect Core §3.1.2.1): a login for this request satisfies it, whatever the person was asked since.</summary>
    private static bool IsAgeing(LoginFacts login, TimeSpan age) => !login.IsFresh || (login.HasWaited && age > TimeSpan.Zero);

    private static AuthorizeDecision.Refuse Refuse(string error, string description) => new(OAuthError.Of(error, Reasons.NotAcceptableRequest, description));
}
