namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Values of <c>prompt</c> (OpenID Connect Core §3.1.2.1).</summary>
public static class PromptValues
{
    /// <summary>No page may be shown.</summary>
    public const string None = "none";

    /// <summary>The person logs in again.</summary>
    public const string Login = "login";

    /// <summary>The person is asked again.</summary>
    public const string Consent = "consent";

    /// <summary>The person chooses who to be; here: logs in again.</summary>
    public const string SelectAccount = "select_account";
}
