using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Hosting.Lines;

/// <summary>Sends something over every line once a second, so that each has an answer to give, and looks who does.</summary>
internal sealed class LinePulse(IGrainFactory grains, SiloLines lines, TimeProvider clock) : BackgroundService
{
    /// <summary>The time between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A silo without a line is asked now and then, so that there is one. Not at every pulse: while Orleans cannot connect to it, it sends the question to another silo, which would try to pass it on.
    /// </summary>
    private const int PulsesToOpen = 10;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.Every(
        Period,
        clock,
        pulse =>
        {
            Ask(pulse % PulsesToOpen == 0 ? lines.Silos : lines.Reached, stoppingToken);
            lines.Look();
            return Task.CompletedTask;
        },
        stoppingToken);

    private void Ask(IReadOnlyList<SiloAddress> silos, CancellationToken stoppingToken)
    {
        foreach (var silo in silos)
        {
            _ = Answer(silo, stoppingToken);
        }
    }

    private async Task Answer(SiloAddress silo, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(_patience, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            await grains.GetGrain<IPulse>(IPulse.In(silo)).Answer(over.Token).WaitAsync(over.Token);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A missing answer shows at its line.
        }
    }
}
