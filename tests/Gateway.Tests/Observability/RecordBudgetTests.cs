using System.Net;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Observability;

/// <summary>How many audit records strangers can have written (attack 46).</summary>
[Trait("Attack", "46")]
public sealed class RecordBudgetTests
{
    private static readonly IPAddress _network = IPAddress.Parse("203.0.113.1");

    [Fact]
    public void a_network_has_its_records_and_the_next_minute_says_how_many_it_had_not()
    {
        var budget = new RecordBudget(each: 3, all: 100);

        var written = Enumerable.Range(0, 50).Count(_ => budget.TryTake("client a b", _network, The.Instant, out var _));
        var isNext = budget.TryTake("client a b", _network, The.Instant.AddMinutes(1), out var skipped);
        budget.TryTake("client a b", _network, The.Instant.AddMinutes(1), out var again);

        Assert.Equal((3, true, 47, 0), (written, isNext, skipped, again));
    }

    [Fact]
    public void who_goes_on_without_end_takes_nothing_from_another_network_or_another_client()
    {
        var budget = new RecordBudget(each: 3, all: 100);
        for (var request = 0; request < 50; request++)
        {
            budget.TryTake("client a b", _network, The.Instant, out _);
        }

        Assert.True(budget.TryTake("client a b", IPAddress.Parse("203.0.113.2"), The.Instant, out _));
        Assert.True(budget.TryTake("client a c", _network, The.Instant, out _));
        Assert.True(budget.TryTake("client a c", null, The.Instant, out _));
    }

    [Fact]
    public void addresses_of_one_network_count_together_and_all_networks_together_have_an_end()
    {
        var budget = new RecordBudget(each: 3, all: 10);

        var ofOne = Enumerable.Range(1, 50).Count(host => budget.TryTake("login a", IPAddress.Parse($"2001:db8::{host:x}"), The.Instant, out _));
        var ofAll = Enumerable.Range(1, 50).Count(host => budget.TryTake("login a", IPAddress.Parse($"203.0.113.{host}"), The.Instant, out _));

        Assert.Equal((3, 7), (ofOne, ofAll));
    }
}
