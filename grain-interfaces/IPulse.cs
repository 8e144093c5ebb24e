using Orleans.Runtime;
using Orleans.Services;

namespace Uitsmijter.Actors.GrainInterfaces;

/// <summary>
/// Answers in whichever silo a call arrives at. Orleans sends calls to a service of silos over the lines of a gateway in turn, and the silo at the other end answers by
/// itself: so every line has something to answer, also where nobody logs in.
/// </summary>
[Alias("uitsmijter.pulse")]
public interface IPulse : IGrainService
{
    /// <summary>What the service is called, without a silo: the one a call arrives at puts itself there.</summary>
    public static readonly GrainId AnySilo = SystemTargetGrainId.CreateGrainServiceGrainId(0x50554C53, null!, SiloAddress.Zero);

    /// <summary>Answers, without storage and without a grain.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("answer")]
    Task Answer(CancellationToken cancellationToken);

    /// <summary>What time it is there: processes whose clocks differ refuse what the others give.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("clock")]
    Task<SiloClock> Clock(CancellationToken cancellationToken);
}
