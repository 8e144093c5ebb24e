using System.Diagnostics;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>Says on the span of the current request whose it was and what became of it; without traces it does nothing.</summary>
internal static class RequestSpan
{
    /// <summary>A login succeeded.</summary>
    public const string LoginSucceeded = "login_succeeded";

    /// <summary>A login was refused.</summary>
    public const string LoginRefused = "login_refused";

    /// <summary>A login was refused unseen.</summary>
    public const string LoginThrottled = "login_throttled";

    /// <summary>Somebody logged out.</summary>
    public const string LoggedOut = "logged_out";

    /// <summary>Forward-auth let a request through.</summary>
    public const string Allowed = "allowed";

    /// <summary>A client got tokens.</summary>
    public const string TokensIssued = "tokens_issued";

    /// <summary>A client got no tokens.</summary>
    public const string TokensRefused = "tokens_refused";

    /// <summary>Tells.</summary>
    /// <param name="tenant">Tenant name of the configuration, or null; never a caller's word.</param>
    /// <param name="outcome">One of the words above, or a label of a series.</param>
    public static void Tell(string? tenant, string outcome)
    {
        if (Activity.Current is { IsAllDataRequested: true } span)
        {
            span.SetTag(SpanTags.Tenant, tenant);
            span.SetTag(SpanTags.Outcome, outcome);
        }
    }
}
