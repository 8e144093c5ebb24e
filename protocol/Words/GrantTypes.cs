namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Grant types as clients name them (RFC 6749 §4 and the contract, configuration.md §1.3), and as provider scripts are told them.</summary>
public static class GrantTypes
{
    /// <summary>A code for tokens; to a script every login on the login page that is not for a proxy.</summary>
    public const string AuthorizationCode = "authorization_code";

    /// <summary>A refresh token for new tokens.</summary>
    public const string RefreshToken = "refresh_token";

    /// <summary>User name and password.</summary>
    public const string Password = "password";

    /// <summary>A device code, by the contract's short name.</summary>
    public const string DeviceCode = "device_code";

    /// <summary>A login for a reverse proxy; no client may have it.</summary>
    public const string Interceptor = "interceptor";

    /// <summary>What a login of a mode is called.</summary>
    /// <param name="mode">One of <see cref="LoginModes"/>.</param>
    public static string OfMode(string mode) => mode == LoginModes.Interceptor ? Interceptor : AuthorizationCode;
}
