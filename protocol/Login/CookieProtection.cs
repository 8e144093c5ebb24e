namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>How a login cookie may travel.</summary>
public enum CookieProtection
{
    /// <summary>With <c>Secure</c>: over TLS only.</summary>
    Secure = 0,

    /// <summary>Without <c>Secure</c>: plain http on this machine, or asked for by <c>SECURE=false</c>.</summary>
    Plain = 1,

    /// <summary>Not at all: plain http on a real host that nobody asked for. A page says why.</summary>
    Refused = 2,
}
