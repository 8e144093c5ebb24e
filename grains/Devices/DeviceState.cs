using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Devices;
using Uitsmijter.Actors.Protocol.Grants;

namespace Uitsmijter.Actors.Grains.Devices;

/// <summary>A device request as it is stored; neither of its codes is in it.</summary>
internal sealed record DeviceState : ISpendable
{
    /// <summary>Tenant name; empty in a record that was never written.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The client that started it.</summary>
    public Guid Client { get; init; }

    /// <summary>What it asks for.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Where it wants to use it.</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Both codes are refused from here on; polling does not move it.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>How fast the device may ask.</summary>
    public PollPace Pace { get; init; } = new() { Interval = TimeSpan.FromSeconds(5) };

    /// <summary>What a person agreed to; null while nobody did.</summary>
    public GrantFacts? Facts { get; init; }

    /// <summary>When a person said no; null while nobody did.</summary>
    public DateTimeOffset? DeniedAt { get; init; }

    /// <summary>When the tokens were given; null while they were not.</summary>
    public DateTimeOffset? RedeemedAt { get; init; }

    /// <summary>Whether nobody has answered yet.</summary>
    internal bool IsPending => Facts is null && DeniedAt is null;

    /// <summary>
    /// From the answer of the person on every write is remembered, also a poll that came too soon: where storage goes back to the version before such a poll, the device would be redeemed once more.
    /// </summary>
    bool ISpendable.IsUse => !IsPending || RedeemedAt is not null;

    /// <inheritdoc />
    public ISpendable Spent(DateTimeOffset at) => this with { RedeemedAt = RedeemedAt ?? at };

    /// <inheritdoc />
    public override string ToString() => "DeviceState { *** }";
}
