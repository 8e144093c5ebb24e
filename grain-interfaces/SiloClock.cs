namespace Uitsmijter.Actors.GrainInterfaces;

/// <summary>What a silo's clock says.</summary>
/// <param name="Silo">The silo: the address it is known by in the cluster.</param>
/// <param name="Now">The instant, by its wall clock.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.pulse.clock")]
public sealed record SiloClock([property: Id(0)] string Silo, [property: Id(1)] DateTimeOffset Now);
