using System.Globalization;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>What templates see of an account: texts in the page's language, instants as people write them there and as machines read them.</summary>
internal static class AccountView
{
    /// <summary>Where a person's clock stands we do not know.</summary>
    private const string Pattern = "d MMM yyyy, HH:mm 'UTC'";

    /// <summary>Makes the view.</summary>
    /// <param name="account">The account.</param>
    /// <param name="language">Language in file spelling.</param>
    /// <param name="translate">Finds texts.</param>
    /// <param name="budget">What the rendering may cost.</param>
    public static Dictionary<string, object?> Of(AccountCard account, string language, Func<string, string> translate, RenderBudget budget)
    {
        var culture = CultureOf(language);
        return new Dictionary<string, object?>(2)
        {
            ["sessions"] = new BudgetedList([.. account.Sessions.Select(session => Session(session, culture, translate))], budget),
            ["applications"] = account.Applications.IsEmpty
                ? null
                : new BudgetedList([.. account.Applications.Select(application => Application(application, culture))], budget),
        };
    }

    private static Dictionary<string, object?> Session(SessionCard session, CultureInfo culture, Func<string, string> translate) => new(8)
    {
        ["handle"] = session.Handle,
        ["name"] = session.Browser ?? translate(session.HasNoCookie ? "ACCOUNT.UI.PROGRAM" : "ACCOUNT.UI.BROWSER"),
        ["current"] = session.IsCurrent,
        ["begun"] = Text(session.Begun, culture),
        ["begun_at"] = Machine(session.Begun),
        ["seen"] = Text(session.LastSeen, culture),
        ["seen_at"] = Machine(session.LastSeen),
        ["applications"] = session.Clients.IsEmpty ? null : string.Join(", ", session.Clients),
    };

    private static Dictionary<string, object?> Application(ApplicationCard application, CultureInfo culture) => new(4)
    {
        ["handle"] = application.Handle,
        ["name"] = application.Name,
        ["begun"] = Text(application.Begun, culture),
        ["begun_at"] = Machine(application.Begun),
    };

    private static string Text(DateTimeOffset instant, CultureInfo culture) => instant.UtcDateTime.ToString(Pattern, culture);

    private static string Machine(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A file of texts may be named after a language nobody has dates for.</summary>
    private static CultureInfo CultureOf(string language)
    {
        try
        {
            return CultureInfo.GetCultureInfo(AcceptLanguage.Tag(language));
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }
}
