namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>What a sealed ticket is for; one of the other purpose cannot be opened.</summary>
internal enum TicketPurpose
{
    /// <summary>The login form.</summary>
    Login = 0,

    /// <summary>The logout button.</summary>
    Logout = 1,

    /// <summary>The question of a client's logout; its target is where the person goes afterwards, empty for nowhere.</summary>
    EndSession = 2,

    /// <summary>The form that takes a device's code.</summary>
    Activate = 3,

    /// <summary>The question whether to connect a device.</summary>
    Device = 4,

    /// <summary>The question whether a client may have what it asks for.</summary>
    Consent = 5,

    /// <summary>The buttons of the account page; its target is the session that looks.</summary>
    Account = 6,
}
