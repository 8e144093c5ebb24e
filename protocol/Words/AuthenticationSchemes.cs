namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Schemes of <c>Authorization</c>, <c>WWW-Authenticate</c> and <c>token_type</c>.</summary>
public static class AuthenticationSchemes
{
    /// <summary>RFC 7617.</summary>
    public const string Basic = "Basic";

    /// <summary>RFC 6750.</summary>
    public const string Bearer = "Bearer";

    /// <summary>RFC 9449 §7.1.</summary>
    public const string Dpop = "DPoP";
}
