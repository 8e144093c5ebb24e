namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Parameters of the pages (contract http.md §9): fields of forms, and keys of queries.</summary>
internal static class FieldNames
{
    /// <summary>Where to go after the login, on the way to the form.</summary>
    public const string For = "for";

    /// <summary>The same in the form, and where to go after the logout.</summary>
    public const string Location = "location";

    /// <summary>Where to go after the logout, on the way to the goodbye page.</summary>
    public const string PostLogoutRedirectUri = "post_logout_redirect_uri";

    /// <summary>Mode of the login.</summary>
    public const string Mode = "mode";

    /// <summary>User name.</summary>
    public const string Username = "username";

    /// <summary>Password.</summary>
    public const string Password = "password";

    /// <summary>The sealed ticket.</summary>
    public const string Ticket = "ticket";
}
