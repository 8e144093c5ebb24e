namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Values of <c>amr</c> (RFC 8176 §2) that are not a login script's own.</summary>
public static class AuthenticationMethods
{
    /// <summary>A password: what a login is where its script says nothing else.</summary>
    public const string Password = "pwd";
}
