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

    /// <summary>A device code, by its registered name (RFC 8628 §3.4). Configuration and scripts know the short one.</summary>
    public const string DeviceCodeUrn = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>A client for itself (RFC 6749 §4.4).</summary>
    public const string ClientCredentials = "client_credentials";

    /// <summary>A token for another one (RFC 8693 §2.1).</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>A login for a reverse proxy; no client may have it.</summary>
    public const string Interceptor = "interceptor";

    /// <summary>What a login of a mode is called.</summary>
    /// <param name="mode">One of <see cref="LoginModes"/>.</param>
    public static string OfMode(string mode) => mode == LoginModes.Interceptor ? Interceptor : AuthorizationCode;
}
