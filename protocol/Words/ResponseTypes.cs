namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>What an authorization request asks for (RFC 6749 §3.1.1).</summary>
public static class ResponseTypes
{
    /// <summary>An authorization code.</summary>
    public const string Code = "code";
}
