namespace Uitsmijter.Actors.Cluster.Tests.Load;

/// <summary>
/// Looks at old things until the end of the run, at every gateway by itself, ready or not: sessions and grants that ended long ago, which must not come back, and some that nobody ends, which must not be lost.
/// Whoever uses the cluster looks away after a few seconds, and what comes back comes back later: with a gateway that starts, a silo that wakes, a store that is restored.
/// </summary>
/// <param name="seed">Seed of chance.</param>
/// <param name="gateways">How many gateways there are.</param>
internal sealed class Witnesses(int seed, int gateways)
{
    private const int Most = 60;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private readonly Random _chance = new(seed);
    private readonly List<Func<int, Task>> _faithful = [];
    private readonly List<Func<int, Task>> _looks = [];
    private int _seen;

    /// <summary>Takes a look that is repeated to the end.</summary>
    /// <param name="look">Asks one gateway, and writes down what it said.</param>
    public void Keep(Func<int, Task> look)
    {
        lock (_lock)
        {
            _faithful.Add(look);
        }
    }

    /// <summary>Takes a look to be repeated; of many, a fair choice is kept.</summary>
    /// <param name="look">Asks one gateway, and writes down what it said.</param>
    public void Remember(Func<int, Task> look)
    {
        lock (_lock)
        {
            _seen++;
            if (_looks.Count < Most)
            {
                _looks.Add(look);
            }
            else if (_chance.Next(_seen) is var place && place < Most)
            {
                _looks[place] = look;
            }
        }
    }

    /// <summary>Looks until the end.</summary>
    /// <param name="end">The end of the run.</param>
    public async Task Look(CancellationToken end)
    {
        for (var turn = 0; !end.IsCancellationRequested; turn++)
        {
            await (Any(turn % 3 == 0 ? _faithful : _looks) is { } look ? look(turn % gateways) : Task.CompletedTask);
            await Task.Delay(_pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Func<int, Task>? Any(List<Func<int, Task>> looks)
    {
        lock (_lock)
        {
            return looks.Count == 0 ? null : looks[_chance.Next(looks.Count)];
        }
    }
}
