using Uitsmijter.Actors.Hosting.Logging;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Observability;

/// <summary>How much of a log a stranger can fill (attack 46).</summary>
public sealed class LineBudgetTests
{
    [Fact, Trait("Attack", "46")]
    public void a_minute_has_its_lines_and_the_next_one_says_how_many_had_none()
    {
        var budget = new LineBudget(3);

        var first = Enumerable.Range(0, 100).Count(second => budget.TryTake(The.Instant.AddMilliseconds(second), out _));
        var isNext = budget.TryTake(The.Instant.AddMinutes(1), out var skipped);
        budget.TryTake(The.Instant.AddMinutes(1), out var again);

        Assert.Equal((3, true, 97, 0), (first, isNext, skipped, again));
    }

    [Fact]
    public void a_clock_that_is_put_back_begins_a_minute_too()
    {
        var budget = new LineBudget(1);
        budget.TryTake(The.Instant, out _);

        Assert.True(budget.TryTake(The.Instant.AddHours(-1), out _));
    }
}
