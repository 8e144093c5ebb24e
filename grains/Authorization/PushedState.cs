using Uitsmijter.Actors.GrainInterfaces.Authorization;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <summary>A pushed request as it is stored.</summary>
internal sealed record PushedState : ISpendable
{
    /// <summary>The request; null in a record that was never written.</summary>
    public PushedRequest? Request { get; init; }

    /// <summary>It is refused from here on.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used; null while it was not.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <inheritdoc />
    bool ISpendable.IsUse => TakenAt is not null;

    /// <inheritdoc />
    public ISpendable Spent(DateTimeOffset at) => this with { TakenAt = TakenAt ?? at };

    /// <inheritdoc />
    public override string ToString() => "PushedState { *** }";
}
