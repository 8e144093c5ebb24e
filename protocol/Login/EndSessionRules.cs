namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>
/// Who may log a person out by the standard's request (RP-Initiated Logout §2, §3; attack group 21). Only a hint that belongs to the session of
/// this very browser spares the question; a hint never reaches a session elsewhere.
/// </summary>
public static class EndSessionRules
{
    /// <summary>Judges one request.</summary>
    /// <param name="browser">What the browser's headers allow (<see cref="LogoutRules"/>).</param>
    /// <param name="hint">What the hint says; null without a hint, or with one that is none of ours.</param>
    /// <param name="sessions">The living sessions of this browser at the tenant.</param>
    public static LogoutVerdict Judge(LogoutVerdict browser, LogoutHintFacts? hint, IReadOnlyCollection<BrowserSession> sessions) =>
        browser == LogoutVerdict.Refuse ? LogoutVerdict.Refuse
        : hint is not null && sessions.All(session => Belongs(hint, session)) ? LogoutVerdict.Proceed
        : LogoutVerdict.Ask;

    private static bool Belongs(LogoutHintFacts hint, BrowserSession session) =>
        hint.Subject == session.Subject && (hint.Sid is null || hint.Sid == session.Sid);
}

/// <summary>What an <c>id_token_hint</c> of ours says, expired or not.</summary>
/// <param name="Subject">The person.</param>
/// <param name="Sid">The session, or null in tokens that name none.</param>
/// <param name="Audience">The client's id as it spells it.</param>
public sealed record LogoutHintFacts(string Subject, string? Sid, string Audience);

/// <summary>A living session of a browser.</summary>
/// <param name="Sid">Its id.</param>
/// <param name="Subject">Whose it is.</param>
public sealed record BrowserSession(string Sid, string Subject);
