using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>What silos tell each other of what they saw used up (docs/decisions/0082): two others at once, so that it is known when this silo has died, and everybody when they ask.</summary>
/// <param name="own">The silo of this process.</param>
/// <param name="members">The silos of now.</param>
/// <param name="grains">Reaches the other silos.</param>
/// <param name="versions">What is known.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class SpentExchange(
    ILocalSiloDetails own, IClusterMembershipService members, IGrainFactory grains, SpentVersions versions, TimeProvider clock, ILogger<SpentExchange> logger)
{
    /// <summary>How many other silos are told what this one saw.</summary>
    private const int Neighbours = 2;

    /// <summary>What is told together: what a silo saw for so long before it dies is forgotten with it.</summary>
    private static readonly TimeSpan _gathering = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a neighbour may take; then another one is told, and it is passed over for a while.</summary>
    private static readonly TimeSpan _patienceToTell = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _passedOver = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _patienceToAsk = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _betweenQuestions = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<SiloAddress, long> _silent = [];

    /// <summary>Asks every other silo that is a member until all have said what they know, or are members no more.</summary>
    /// <param name="patience">After that silos that do not answer are left; null: never.</param>
    /// <param name="stopping">Ends the questions.</param>
    /// <returns>True where all have said it; false where the time was over before.</returns>
    public async Task<bool> AskAll(TimeSpan? patience, CancellationToken stopping)
    {
        var began = clock.GetTimestamp();
        HashSet<SiloAddress> unheard = [.. Others()];
        while (unheard.Count > 0 && (patience is not { } enough || clock.GetElapsedTime(began) < enough))
        {
            var heard = await Task.WhenAll(unheard.Select(async silo => (Silo: silo, Said: await Ask(silo, stopping))));
            unheard.ExceptWith(heard.Where(static one => one.Said).Select(static one => one.Silo));
            unheard.IntersectWith(Others());
            await (unheard.Count == 0 ? Task.CompletedTask : Task.Delay(_betweenQuestions, clock, stopping));
        }

        return unheard.Count == 0;
    }

    /// <summary>Tells others what this silo sees, until the process ends.</summary>
    /// <param name="stopping">The end.</param>
    public async Task Tell(CancellationToken stopping)
    {
        await Task.Yield();
        while (!stopping.IsCancellationRequested)
        {
            await versions.UntilAnyUntold().WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var isHeard = await TellOthers();
            await Task.Delay(isHeard ? _gathering : _patienceToAsk, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Tells what was not told yet.</summary>
    /// <returns>False where there are others and none of them heard: it is told again.</returns>
    public async Task<bool> TellOthers()
    {
        if (versions.TakeUntold() is not { Length: > 0 } untold)
        {
            return true;
        }

        // Those that come next in the order of all: everybody is somebody's neighbour.
        var others = Others().Order().ToList();
        var next = Math.Max(others.FindIndex(silo => silo.CompareTo(own.SiloAddress) > 0), 0);
        var waiting = new Queue<SiloAddress>(Enumerable.Range(next, others.Count).Select(number => others[number % others.Count]).Where(IsHeardFrom));
        var missing = Neighbours;
        while (missing > 0 && waiting.Count > 0)
        {
            var asked = Enumerable.Range(0, Math.Min(missing, waiting.Count)).Select(_ => waiting.Dequeue()).ToList();
            missing -= (await Task.WhenAll(asked.Select(silo => TellOne(silo, untold)))).Count(static told => told);
        }

        if (missing < Neighbours || others.Count == 0)
        {
            return true;
        }

        versions.GiveBack(untold);
        return false;
    }

    private bool IsHeardFrom(SiloAddress silo)
    {
        lock (_silent)
        {
            return !_silent.TryGetValue(silo, out var since) || clock.GetElapsedTime(since) > _passedOver;
        }
    }

    private async Task<bool> TellOne(SiloAddress silo, byte[] untold)
    {
        var told = await Try(
            silo,
            _patienceToTell,
            async (other, cancellation) =>
            {
                await other.Learn(untold, cancellation);
                return untold;
            },
            CancellationToken.None);
        lock (_silent)
        {
            if (told is null)
            {
                _silent[silo] = clock.GetTimestamp();
            }
            else
            {
                _silent.Remove(silo);
            }
        }

        return told is not null;
    }

    private async Task<bool> Ask(SiloAddress silo, CancellationToken stopping)
    {
        for (var part = 0; ; part++)
        {
            var asked = part;
            switch (await Try(silo, _patienceToAsk, (other, cancellation) => other.Read(asked, cancellation), stopping))
            {
                case null:
                    return false;
                case { Length: 0 }:
                    return true;
                case var told:
                    versions.Learn(told);
                    break;
            }
        }
    }

    private async Task<byte[]?> Try(SiloAddress silo, TimeSpan patience, Func<ISpentVersions, CancellationToken, Task<byte[]>> ask, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(patience, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            return await ask(grains.GetGrain<ISpentVersions>(ISpentVersions.In(silo)), over.Token).WaitAsync(over.Token);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A silo that dies, or is of a build before this one.
            LogSilent(failure, silo);
            return null;
        }
    }

    private IEnumerable<SiloAddress> Others() =>
        members.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(own.SiloAddress)).Select(static member => member.SiloAddress);

    [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "The silo {Silo} neither told nor learned what was used up; another one is told, or it is asked again.")]
    private partial void LogSilent(Exception failure, SiloAddress silo);
}
