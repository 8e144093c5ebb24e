using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Hosting.Lines;

/// <summary>Asks every silo for the time, now and then.</summary>
internal sealed class ClockWatch(IGrainFactory grains, SiloLines lines, ClockDifferences differences, TimeProvider clock) : BackgroundService
{
    /// <summary>The time between two questions.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>A silo that refuses the question is of an older build and says so in its log: it is left alone for so long.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<SiloAddress, long> _refused = new();

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.Every(Period, clock, _ => Task.WhenAll(lines.Reached.Where(MayAsk).Select(silo => Ask(silo, stoppingToken))), stoppingToken);

    private bool MayAsk(SiloAddress silo) => !_refused.TryGetValue(silo, out var at) || clock.GetElapsedTime(at) >= _silence;

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
        catch (Exception failure) when (failure is OperationCanceledException or TimeoutException)
        {
            // A silo that does not answer is another matter.
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _refused[silo] = clock.GetTimestamp();
        }
    }
}
