using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <inheritdoc cref="IPulse"/>
/// <param name="silo">The silo of this process.</param>
/// <param name="loggers">For Orleans.</param>
internal sealed class Pulse(Orleans.Runtime.Silo silo, ILoggerFactory loggers) : GrainService(IPulse.AnySilo, silo, loggers), IPulse
{
    /// <inheritdoc />
    public Task Answer(CancellationToken cancellationToken) => Task.CompletedTask;
}
