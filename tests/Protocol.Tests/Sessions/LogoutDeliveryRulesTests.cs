using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Sessions;

public sealed class LogoutDeliveryRulesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 16)]
    [InlineData(7, 60)]
    [InlineData(1000, 60)]
    public void each_failure_doubles_the_delay_up_to_an_hour(int failures, int minutes) =>
        Assert.Equal(The.Instant.AddMinutes(minutes), LogoutDeliveryRules.Next(failures, The.Instant));

    [Fact]
    public void attempts_and_age_are_bounded()
    {
        Assert.False(LogoutDeliveryRules.IsOver(LogoutDeliveryRules.Attempts - 1, The.Instant, The.Instant.AddHours(23)));
        Assert.True(LogoutDeliveryRules.IsOver(LogoutDeliveryRules.Attempts, The.Instant, The.Instant));
        Assert.True(LogoutDeliveryRules.IsOver(1, The.Instant, The.Instant + LogoutDeliveryRules.Age));
    }

    [Fact]
    public void the_last_attempt_comes_five_hours_and_three_minutes_after_the_first()
    {
        var last = Enumerable.Range(1, LogoutDeliveryRules.Attempts - 1).Aggregate(The.Instant, static (now, failures) => LogoutDeliveryRules.Next(failures, now));

        Assert.Equal(new TimeSpan(5, 3, 0), last - The.Instant);
    }
}
