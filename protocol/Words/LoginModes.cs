namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>The two ways to log in (contract http.md §2.2), as they stand in forms, sessions and metrics.</summary>
public static class LoginModes
{
    /// <summary>For a reverse proxy.</summary>
    public const string Interceptor = "interceptor";

    /// <summary>For an OAuth client, and for anything that is not <see cref="Interceptor"/>.</summary>
    public const string OAuth = "oauth";

    /// <summary>The mode a text names; an unknown or missing one is <see cref="OAuth"/>.</summary>
    /// <param name="text">As sent.</param>
    public static string Parse(string? text) => text == Interceptor ? Interceptor : OAuth;
}
