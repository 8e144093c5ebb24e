namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>The two ways to log in (contract http.md §2.2); a session records the one its provider approved.</summary>
public static class SessionModes
{
    /// <summary>For forward-auth.</summary>
    public const string Interceptor = "interceptor";

    /// <summary>For OAuth clients.</summary>
    public const string OAuth = "oauth";
}
