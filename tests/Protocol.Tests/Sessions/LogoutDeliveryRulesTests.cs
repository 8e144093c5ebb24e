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

    [Theory]
    [Trait("Attack", "42")]
    [InlineData("https://client.test/bye", true)]
    [InlineData("http://127.0.0.1:8080/bye", true)]
    [InlineData("http://localhost/bye", true)]
    [InlineData("http://client.test/bye", false)]
    [InlineData("https://user:password@client.test/", false)]
    [InlineData("ftp://127.0.0.1/", false)]
    [InlineData("file:///etc/passwd", false)]
    public void tokens_travel_by_tls_alone(string uri, bool isSafe) => Assert.Equal(isSafe, LogoutDeliveryRules.IsSafe(new Uri(uri)));
}
