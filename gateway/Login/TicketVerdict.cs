using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>What became of a ticket that came back with a form.</summary>
internal abstract record TicketVerdict
{
    private TicketVerdict()
    {
    }

    /// <summary>Ours, for this browser, in time.</summary>
    /// <param name="Target">What was sealed.</param>
    public sealed record Good(SealedTarget Target) : TicketVerdict;

    /// <summary>Ours, but too old or of another browser: what it says is true, but nobody may act on it.</summary>
    /// <param name="Target">What was sealed.</param>
    public sealed record Spoiled(SealedTarget Target) : TicketVerdict;

    /// <summary>Missing, tampered with, or sealed for something else.</summary>
    public sealed record Unreadable : TicketVerdict;
}
