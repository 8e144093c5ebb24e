using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Silo.Storage;

/// <inheritdoc cref="ISpentVersions"/>
/// <param name="silo">The silo of this process.</param>
/// <param name="loggers">For Orleans.</param>
/// <param name="details">Where the silo is.</param>
/// <param name="versions">What this silo knows.</param>
internal sealed class SpentVersionsOfSilo(Orleans.Runtime.Silo silo, ILoggerFactory loggers, ILocalSiloDetails details, SpentVersions versions)
    : GrainService(ISpentVersions.In(details.SiloAddress), silo, loggers), ISpentVersions
{
    /// <inheritdoc />
    public Task<byte[]> Read(int part, CancellationToken cancellationToken) => Task.FromResult(versions.Read(part));

    /// <inheritdoc />
    public Task Learn(byte[] digests, CancellationToken cancellationToken)
    {
        versions.Learn(digests);
        return Task.CompletedTask;
    }
}
