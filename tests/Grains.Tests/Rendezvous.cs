namespace Uitsmijter.Actors.Grains.Tests;

/// <summary>Holds the first callers until all of them are there; later ones pass.</summary>
/// <param name="expected">How many wait for each other.</param>
internal sealed class Rendezvous(int expected)
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _arrived;

    /// <summary>How many have come.</summary>
    public int Arrived => _arrived;

    /// <summary>Waits for the others; fails after ten seconds of real time.</summary>
    public Task Arrive()
    {
        if (Interlocked.Increment(ref _arrived) >= expected)
        {
            _complete.TrySetResult();
        }

        return _complete.Task.WaitAsync(TimeSpan.FromSeconds(120));
    }
}
