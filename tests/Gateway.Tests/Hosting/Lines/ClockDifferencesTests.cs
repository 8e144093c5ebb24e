using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Hosting.Lines;
using Uitsmijter.Actors.GrainInterfaces;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Hosting.Lines;

/// <summary>When a gateway says that the clocks of a cluster differ.</summary>
public sealed class ClockDifferencesTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(The.Instant);
    private readonly Heard _log = new();
    private readonly ClockDifferences _differences;

    public ClockDifferencesTests() => _differences = new ClockDifferences(_clock, _log);

    public void Dispose() => _differences.Dispose();

    [Theory]
    [InlineData(180, "180 s ahead of")]
    [InlineData(-180, "180 s behind")]
    public void a_clock_that_differs_is_told_once_and_once_when_it_agrees_again(int seconds, string told)
    {
        Say("silo", seconds, times: 5);
        Say("silo", 1, times: 5);

        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains(told, _log.Lines[0], StringComparison.Ordinal);
        Assert.Contains("agrees", _log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void a_clock_that_is_put_right_between_question_and_answer_and_one_that_is_nearly_right_are_not_told()
    {
        Say("silo", 180, times: 1);
        Say("silo", 0, times: 1);
        Say("silo", 180, times: 1);
        Say("other", 4, times: 5);

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void an_answer_that_took_long_says_nothing_about_clocks()
    {
        for (var time = 0; time < 5; time++)
        {
            _differences.Note(new SiloClock("silo", The.Instant.AddSeconds(3)), The.Instant, The.Instant.AddSeconds(20));
        }

        Assert.Empty(_log.Lines);
        Assert.Equal(TimeSpan.Zero, _differences.Largest);
    }

    [Fact]
    public void the_largest_difference_is_of_silos_that_still_answer()
    {
        Say("gone", -180, times: 2);
        Say("here", 20, times: 2);
        var both = _differences.Largest;
        _clock.Advance(TimeSpan.FromMinutes(3));
        Say("here", 20, times: 1);

        Assert.Equal((TimeSpan.FromSeconds(180), TimeSpan.FromSeconds(20)), (both, _differences.Largest));
    }

    private void Say(string silo, int seconds, int times)
    {
        for (var time = 0; time < times; time++)
        {
            _differences.Note(new SiloClock(silo, The.Instant.AddSeconds(seconds)), The.Instant, The.Instant);
        }
    }

    private sealed class Heard : ILogger<ClockDifferences>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
