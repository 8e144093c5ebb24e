using Orleans.Runtime;
using Orleans.Services;

namespace Uitsmijter.Actors.GrainInterfaces;

/// <summary>
/// Answers in one silo. Orleans sends a call to a service of a silo over the gateway's own line to it, and the silo answers by itself: so every line has something to answer, also where nobody logs in.
/// </summary>
[Alias("uitsmijter.pulse")]
public interface IPulse : IGrainService
{
    private const int Code = 0x50554C53;

    /// <summary>The service in a silo. Without a real address a silo would look for another one that has none, and refuse the call.</summary>
    /// <param name="silo">The silo; for a gateway under the address where it takes calls of gateways.</param>
    public static GrainId In(SiloAddress silo) => SystemTargetGrainId.CreateGrainServiceGrainId(Code, null!, silo);

    /// <summary>Answers, without storage and without a grain.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("answer")]
    Task Answer(CancellationToken cancellationToken);

    /// <summary>What time it is there: processes whose clocks differ refuse what the others give.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("clock")]
    Task<SiloClock> Clock(CancellationToken cancellationToken);
}
