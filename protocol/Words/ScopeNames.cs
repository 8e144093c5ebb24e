namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Scopes with a meaning of their own (OpenID Connect Core §5.4, §11).</summary>
public static class ScopeNames
{
    /// <summary>Asks for an ID token.</summary>
    public const string OpenId = "openid";

    /// <summary>Names, picture and the like.</summary>
    public const string Profile = "profile";

    /// <summary>E-mail address.</summary>
    public const string Email = "email";

    /// <summary>Postal address.</summary>
    public const string Address = "address";

    /// <summary>Telephone number.</summary>
    public const string Phone = "phone";

    /// <summary>A refresh token that outlives the session.</summary>
    public const string OfflineAccess = "offline_access";
}
