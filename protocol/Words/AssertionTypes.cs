namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Values of <c>client_assertion_type</c> (RFC 7523 §2.2).</summary>
public static class AssertionTypes
{
    /// <summary>A JWT.</summary>
    public const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
}
