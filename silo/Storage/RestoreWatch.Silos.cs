using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Silo.Storage;

/// <content>What silos tell each other of what they saw used up.</content>
internal sealed partial class RestoreWatch
{
    /// <summary>How many other silos are told what this one saw, so that it is known after its death.</summary>
    private const int Neighbours = 2;

    /// <summary>What is told at once, in one call: what a silo saw for so long before it dies is forgotten with it.</summary>
    private static readonly TimeSpan _gathering = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan _patienceWithSilo = TimeSpan.FromSeconds(2);

    private async Task Tell(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await versions.UntilAnyUntold().WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
            await TellNeighbours();
            await Task.Delay(_gathering, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskThoseNotHeard()
    {
        SiloAddress[] missing;
        TaskCompletionSource told;
        lock (_lock)
        {
            told = _told;
            _unheard ??= [.. Others()];
            _unheard.IntersectWith(Others());
            missing = [.. _unheard];
        }

        await Task.WhenAll(missing.Select(silo => Ask(silo, told)));
        lock (_lock)
        {
            // At its start a silo asks everybody and does not wait for who is dying; once storage went back it believes nothing before all have answered, or are members no more.
            if (ReferenceEquals(told, _told) && (_isBeginning || _unheard.Count == 0))
            {
                _ = told.TrySetResult();
            }
        }
    }

    private async Task Ask(SiloAddress silo, TaskCompletionSource told)
    {
        for (var part = 0; ; part++)
        {
            var asked = part;
            if (await Try(silo, (other, cancellation) => other.Read(asked, cancellation)) is not { } digests)
            {
                return;
            }

            if (digests.Length == 0)
            {
                break;
            }

            versions.Learn(digests);
        }

        lock (_lock)
        {
            if (ReferenceEquals(told, _told))
            {
                _ = _unheard!.Remove(silo);
            }
        }
    }

    private Task TellNeighbours()
    {
        var untold = versions.TakeUntold();
        if (untold.Length == 0)
        {
            return Task.CompletedTask;
        }

        // Those that come next in the order of all: everybody is somebody's neighbour.
        SiloAddress[] others = [.. Others().Order()];
        var next = Array.FindIndex(others, silo => silo.CompareTo(own.SiloAddress) > 0);
        return Task.WhenAll(Enumerable.Range(Math.Max(next, 0), Math.Min(Neighbours, others.Length)).Select(number =>
            Try(others[number % others.Length], async (other, cancellation) =>
            {
                await other.Learn(untold, cancellation);
                return untold;
            })));
    }

    private async Task<byte[]?> Try(SiloAddress silo, Func<ISpentVersions, CancellationToken, Task<byte[]>> ask)
    {
        using var patience = new CancellationTokenSource(_patienceWithSilo, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        try
        {
            return await ask(grains.GetGrain<ISpentVersions>(ISpentVersions.In(silo)), over.Token).WaitAsync(over.Token);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // A silo that dies, or is of a build before this one; asked again as long as it is a member.
            return null;
        }
    }

    private IEnumerable<SiloAddress> Others() =>
        members.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active && !member.SiloAddress.Equals(own.SiloAddress)).Select(static member => member.SiloAddress);
}
