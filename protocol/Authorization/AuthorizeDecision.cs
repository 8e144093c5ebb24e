namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>What to do with a well-formed authorization request.</summary>
public abstract record AuthorizeDecision
{
    private AuthorizeDecision()
    {
    }

    /// <summary>The person logs in, perhaps once more.</summary>
    public sealed record LogIn : AuthorizeDecision;

    /// <summary>The client is refused.</summary>
    /// <param name="Error">What it is told.</param>
    public sealed record Refuse(OAuthError Error) : AuthorizeDecision;

    /// <summary>The client gets a code.</summary>
    public sealed record Issue : AuthorizeDecision;
}
