namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>A storage that fails every few calls, before and after it did what it was asked: the caller cannot know which. Repeatable by its seed.</summary>
internal sealed class Faults : IDisposable
{
    private readonly TestStorage _storage;
    private readonly Random _dice;
    private readonly Lock _lock = new();
    private int _injected;

    public Faults(TestStorage storage, int seed)
    {
        (_storage, _dice) = (storage, new Random(seed));
        storage.Before = (_, _) => Roll(8, "before");
        storage.After = (_, _) => Roll(8, "after");
    }

    /// <summary>Failures so far.</summary>
    public int Injected => _injected;

    public void Dispose() => (_storage.Before, _storage.After) = (null, null);

    private Task Roll(int sides, string when)
    {
        lock (_lock)
        {
            if (_dice.Next(sides) != 0)
            {
                return Task.CompletedTask;
            }

            _injected++;
            return Task.FromException(new IOException($"Storage failed {when} the call."));
        }
    }
}
