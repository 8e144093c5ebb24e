namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>What became of renewing a login.</summary>
internal abstract record Renewal
{
    private Renewal()
    {
    }

    /// <summary>There is a new cookie; it is handed out for the old one as often as that one comes.</summary>
    /// <param name="Cookie">The new cookie's value.</param>
    /// <param name="IssuedAt">When it was made.</param>
    /// <param name="ExpiresAt">When it ends.</param>
    internal sealed record Renewed(string Cookie, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt) : Renewal
    {
        /// <inheritdoc />
        public override string ToString() => "Renewed { *** }";
    }

    /// <summary>The provider says that the user is not valid any more. The session was ended.</summary>
    internal sealed record UserInvalid : Renewal;

    /// <summary>The session is over; the feed will say so in a moment.</summary>
    internal sealed record SessionGone : Renewal;

    /// <summary>Not known yet, or it failed: the old cookie stays good to its end.</summary>
    internal sealed record Pending : Renewal
    {
        /// <summary>The only one.</summary>
        public static Pending Instance { get; } = new();
    }
}
