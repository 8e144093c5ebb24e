namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>What became of making the headers of an identity at a host.</summary>
internal abstract record HeaderOutcome
{
    private HeaderOutcome()
    {
    }

    /// <summary>They are there.</summary>
    /// <param name="Headers">The headers.</param>
    internal sealed record Ready(HostHeaders Headers) : HeaderOutcome;

    /// <summary>The session that had to be asked for the profile is over.</summary>
    internal sealed record SessionGone : HeaderOutcome;

    /// <summary>No silo signed, or the profile is out of reach: without its token the application could not tell who asks.</summary>
    internal sealed record Unavailable : HeaderOutcome;
}
