using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Gateway.Hosting.Lines;

/// <summary>Asks every silo for the time, now and then.</summary>
internal sealed class ClockWatch(IGrainFactory grains, SiloLines lines, ClockDifferences differences, TimeProvider clock) : BackgroundService
{
    /// <summary>The time between two questions.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                await Task.Delay(Period, clock, stoppingToken);
                await Task.WhenAll(lines.Silos.Select(silo => Ask(silo, stoppingToken)));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task Ask(SiloAddress silo, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(_patience, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        var sent = clock.GetUtcNow();
        try
        {
            var there = await grains.GetGrain<IPulse>(IPulse.In(silo)).Clock(over.Token).WaitAsync(over.Token);
            differences.Note(there, sent, clock.GetUtcNow());
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A silo that does not answer is another matter, and one of an older build cannot.
        }
    }
}
