using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Catalog;

public sealed class ActivityTests
{
    private static readonly DateTimeOffset _now = The.Instant;

    [Fact]
    public void a_report_that_arrives_twice_is_counted_once()
    {
        var report = new ActivityReport { Source = "a", Number = 1, Begun = 2, Ended = 1, Denied = 3, LastUse = _now };

        var once = ActivityRules.Counted(new ActivityRecord(), report, _now);
        var twice = ActivityRules.Counted(once, report, _now);

        Assert.Same(once, twice);
        Assert.Equal((2, 1, 3, _now.ToUnixTimeMilliseconds()), (once.Begun, once.Ended, once.Denied, once.LastUse));
    }

    [Fact]
    public void processes_number_their_reports_by_themselves_and_are_forgotten_when_they_are_silent()
    {
        var one = ActivityRules.Counted(new ActivityRecord(), new ActivityReport { Source = "a", Number = 1, Denied = 1 }, _now);
        var two = ActivityRules.Counted(one, new ActivityReport { Source = "b", Number = 1, Denied = 1 }, _now);
        var later = ActivityRules.Counted(two, new ActivityReport { Source = "b", Number = 2, Denied = 1 }, _now + ActivityRules.Silence);

        Assert.Equal(3, later.Denied);
        Assert.Equal(["b"], later.Sources.Select(static source => source.Id));
    }

    [Fact]
    public void a_report_that_was_not_acknowledged_is_taken_again_unchanged()
    {
        var tally = new ActivityTally("a");
        tally.Denied("cheese", _now);
        var first = Assert.Single(tally.Take());
        tally.Denied("cheese", _now);

        var again = Assert.Single(tally.Take());
        tally.Acknowledge("cheese", again.Value);
        var next = Assert.Single(tally.Take());
        tally.Acknowledge("cheese", next.Value);

        Assert.Equal(first, again);
        Assert.Equal((1, 1), (first.Value.Denied, next.Value.Denied));
        Assert.True(next.Value.Number > first.Value.Number);
        Assert.Empty(tally.Take());
    }

    [Fact]
    public void of_many_threads_that_count_none_is_lost()
    {
        var tally = new ActivityTally("a");
        var record = new ActivityRecord();

        Parallel.For(0, 10_000, number =>
        {
            tally.Begun("cheese", _now);
            if (number % 100 == 0)
            {
                lock (tally)
                {
                    foreach (var (key, report) in tally.Take())
                    {
                        record = ActivityRules.Counted(record, report, _now);
                        tally.Acknowledge(key, report);
                    }
                }
            }
        });

        var left = tally.Take().Sum(static each => each.Value.Begun);
        Assert.Equal(10_000, record.Begun + left);
    }

    [Fact]
    public void a_client_is_never_taken_for_a_tenant()
    {
        var ident = Guid.NewGuid();

        Assert.Equal(ident.ToString("D"), ActivityKeys.ClientOf(ActivityKeys.Of(ident)));
        Assert.Null(ActivityKeys.ClientOf(ident.ToString("D")));
    }
}
