using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Tests.Hosting;

/// <summary>What is done again and again, until when.</summary>
public sealed class RoundsTests : IDisposable
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);
    private readonly FakeTimeProvider _clock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _done = new(0);
    private readonly List<int> _rounds = [];

    public void Dispose()
    {
        _end.Dispose();
        _done.Dispose();
    }

    [Fact]
    public async Task rounds_are_counted_each_comes_after_its_period_and_the_end_of_the_process_is_no_failure()
    {
        var rounds = Rounds.Every(_period, _clock, Count, _end.Token);

        await Round();
        await Round();
        await _end.CancelAsync();
        await rounds;

        Assert.Equal([0, 1], _rounds);
    }

    [Fact]
    public async Task a_round_that_fails_is_the_last_one_and_is_heard_of()
    {
        var rounds = Rounds.Every(_period, _clock, static _ => throw new IOException("gone"), _end.Token);
        await Advance(() => rounds.IsCompleted);

        await Assert.ThrowsAsync<IOException>(() => rounds);
    }

    private Task Count(int number)
    {
        _rounds.Add(number);
        _done.Release();
        return Task.CompletedTask;
    }

    private async Task Round()
    {
        var before = _rounds.Count;
        await Advance(() => _done.Wait(0));
        Assert.Equal(before + 1, _rounds.Count);
    }

    // By halves, so that no second round comes before the first is seen.
    private async Task Advance(Func<bool> isDone)
    {
        for (var steps = 0; !isDone(); steps++)
        {
            Assert.True(steps < 1000, "it never came");
            await Task.Delay(1);
            _clock.Advance(_period / 2);
        }
    }
}
