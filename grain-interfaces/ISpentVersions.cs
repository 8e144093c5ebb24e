using Orleans.Runtime;
using Orleans.Services;

namespace Uitsmijter.Actors.GrainInterfaces;

/// <summary>Tells other silos which versions of single-use records this one has seen replaced: storage that is restored has forgotten it (attack 50).</summary>
[Alias("uitsmijter.spent-versions")]
public interface ISpentVersions : IGrainService
{
    private const int Code = 0x53504E54;

    /// <summary>The service in a silo.</summary>
    /// <param name="silo">The silo.</param>
    public static GrainId In(SiloAddress silo) => SystemTargetGrainId.CreateGrainServiceGrainId(Code, null!, silo);

    /// <summary>A part of them.</summary>
    /// <param name="part">Its number, from zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Of each a digest of eight bytes and its age in minutes in four, both little-endian; of what matters for minutes only the complement of the age. Nothing beyond the last part.</returns>
    [Alias("read")]
    Task<byte[]> Read(int part, CancellationToken cancellationToken);

    /// <summary>Learns what another silo saw, so that it is still known when that one has died.</summary>
    /// <param name="digests">As <see cref="Read"/> gives them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("learn")]
    Task Learn(byte[] digests, CancellationToken cancellationToken);
}
