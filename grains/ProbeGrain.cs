using Orleans.Placement;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Grains;

/// <inheritdoc cref="IProbeGrain"/>
[GrainType("probe")]
[PreferLocalPlacement]
internal sealed class ProbeGrain : Grain, IProbeGrain
{
    /// <inheritdoc />
    public Task Answer(CancellationToken cancellationToken) => Task.CompletedTask;
}
