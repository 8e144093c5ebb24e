namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>
/// Who may log a person out without asking (attack group 21). Links and forms of the tenant's own hosts, typed addresses and our own pages
/// may. A foreign page may lead to the goodbye page, which then waits for a click. Images, frames and scripts may nothing.
/// </summary>
public static class LogoutRules
{
    private const string Navigate = "navigate";
    private const string Document = "document";

    /// <summary>Judges one wish.</summary>
    /// <param name="ask">What the browser tells.</param>
    public static LogoutVerdict Judge(LogoutAsk ask) =>
        ask.IsPrefetch ? LogoutVerdict.Refuse
        : ask.HasTicket ? LogoutVerdict.Proceed
        : ask.FetchSite is null ? WithoutMetadata(ask)
        : WithMetadata(ask);

    private static LogoutVerdict WithMetadata(LogoutAsk ask)
    {
        // A script of our own origin may post; nothing that is not a page of its own may log out by GET, not even from here.
        if (ask.IsPost && ask.FetchSite == "same-origin")
        {
            return LogoutVerdict.Proceed;
        }

        if (ask.FetchMode != Navigate || ask.FetchDest != Document)
        {
            return LogoutVerdict.Refuse;
        }

        return ask.FetchSite is "same-origin" or "same-site" or "none" || ask.Source == LogoutSource.Own
            ? LogoutVerdict.Proceed
            : LogoutVerdict.Ask;
    }

    /// <summary>Plain http, old browsers and programs: judged by source, and by what an image or a script would accept.</summary>
    private static LogoutVerdict WithoutMetadata(LogoutAsk ask)
    {
        var isPage = ask.IsPost || ask.Accept is null or "" or "*/*" || ask.Accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
        return !isPage ? LogoutVerdict.Refuse
            : ask.Source == LogoutSource.Foreign ? LogoutVerdict.Ask
            : LogoutVerdict.Proceed;
    }
}

/// <summary>What becomes of a wish to log out.</summary>
public enum LogoutVerdict
{
    /// <summary>Log out.</summary>
    Proceed = 0,

    /// <summary>Show the goodbye page and wait for a click.</summary>
    Ask = 1,

    /// <summary>Nobody is looking at a page: do nothing.</summary>
    Refuse = 2,
}
