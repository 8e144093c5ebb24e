namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>The pages people see; the lower-case name is the name of the template file.</summary>
internal enum PageName
{
    /// <summary><c>GET /</c>: who is logged in, with a way out; leads to the login page when nobody is.</summary>
    Index,

    /// <summary>The login form.</summary>
    Login,

    /// <summary>The goodbye page that finishes the logout by itself after two seconds.</summary>
    Logout,

    /// <summary>Takes a person back to a client that wants its answer posted (OAuth 2.0 Form Post Response Mode); leaves by itself where scripts run.</summary>
    FormPost,

    /// <summary>Every error a person may see.</summary>
    Error,

    /// <summary>The page that connects a device (RFC 8628 §3.3): form, question, result.</summary>
    Activate,

    /// <summary>The question whether a client may have what it asks for.</summary>
    Consent,

    /// <summary><c>/account</c>: what a person has open, and the buttons that end it.</summary>
    Account,
}
