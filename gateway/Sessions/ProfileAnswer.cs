namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>What became of asking a session for its profile.</summary>
internal abstract record ProfileAnswer
{
    private ProfileAnswer()
    {
    }

    /// <summary>The session is alive.</summary>
    /// <param name="Json">Its profile as JSON text, or null.</param>
    internal sealed record Found(string? Json) : ProfileAnswer
    {
        /// <inheritdoc />
        public override string ToString() => "Found { *** }";
    }

    /// <summary>The session ended, or nobody remembers it: its cookie proves nothing any more.</summary>
    internal sealed record SessionGone : ProfileAnswer;

    /// <summary>The cluster did not answer.</summary>
    internal sealed record OutOfReach : ProfileAnswer;
}
