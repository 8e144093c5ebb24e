using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <inheritdoc cref="IPulse"/>
/// <param name="silo">The silo of this process.</param>
/// <param name="loggers">For Orleans.</param>
/// <param name="details">Where the silo is.</param>
/// <param name="clock">The clock.</param>
internal sealed class Pulse(Orleans.Runtime.Silo silo, ILoggerFactory loggers, ILocalSiloDetails details, TimeProvider clock) : GrainService(IPulse.In(details.SiloAddress), silo, loggers), IPulse
{
    /// <inheritdoc />
    public Task Answer(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<SiloClock> Clock(CancellationToken cancellationToken) => Task.FromResult(new SiloClock(details.SiloAddress.Endpoint.ToString(), clock.GetUtcNow()));
}
