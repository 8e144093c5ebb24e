using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Silo.Storage;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

public sealed class SpentVersionsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void another_silo_learns_everything_part_by_part()
    {
        var (here, there) = (new SpentVersions(_clock), new SpentVersions(_clock));
        var names = Names("version", SpentVersions.InPart + 10);
        names.ForEach(name => here.Add(name, isBrief: false));

        Assert.Equal(2, Ask(here, there));
        Assert.All(names, name => Assert.True(there.Contains(name)));
        Assert.False(there.Contains("never"));
        Assert.Equal(names.Count, there.Count);
    }

    [Fact]
    public void the_oldest_are_forgotten_where_there_are_too_many()
    {
        var versions = new SpentVersions(_clock, most: 100);
        Names("old", 60).ForEach(name => versions.Add(name, isBrief: false));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Names("young", 90).ForEach(name => versions.Add(name, isBrief: false));

        Assert.Equal(100, versions.Count);
        Assert.All(Names("young", 90), name => Assert.True(versions.Contains(name)));
        Assert.Equal(10, Names("old", 60).Count(versions.Contains));
    }

    [Fact]
    public void whoever_learns_from_a_silo_that_is_full_forgets_the_oldest_first()
    {
        var (here, there) = (new SpentVersions(_clock, most: 100), new SpentVersions(_clock, most: 100));
        Names("old", 100).ForEach(name => here.Add(name, isBrief: false));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Names("young", 50).ForEach(name => here.Add(name, isBrief: false));
        Ask(here, there);
        Names("own", 50).ForEach(name => there.Add(name, isBrief: false));

        Assert.All(Names("young", 50).Concat(Names("own", 50)), name => Assert.True(there.Contains(name)));
    }

    [Fact]
    public void to_learn_what_is_older_pushes_out_nothing_that_is_younger()
    {
        var (here, there) = (new SpentVersions(_clock, most: 100), new SpentVersions(_clock, most: 100));
        Names("old", 100).ForEach(name => here.Add(name, isBrief: false));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Names("young", 90).ForEach(name => there.Add(name, isBrief: false));

        Ask(here, there);

        Assert.Equal(100, there.Count);
        Assert.All(Names("young", 90), name => Assert.True(there.Contains(name)));
    }

    [Fact]
    public void marks_of_minutes_push_out_nothing_that_lasts_and_are_told_as_what_they_are()
    {
        var (here, there) = (new SpentVersions(_clock, most: 100), new SpentVersions(_clock, most: 100));
        Names("code", 100).ForEach(name => here.Add(name, isBrief: false));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Names("proof", 1000).ForEach(name => here.Add(name, isBrief: true));
        Ask(here, there);

        Assert.All([here, there], static versions => Assert.All(Names("code", 100), name => Assert.True(versions.Contains(name))));
        Assert.All([here, there], static versions => Assert.Equal(25, Names("proof", 1000).Count(versions.Contains)));
    }

    [Theory]
    [InlineData(-120)]
    [InlineData(120)]
    public void a_clock_that_was_wrong_decides_nothing_about_what_is_forgotten(int minutes)
    {
        var clock = new WrongClock(_clock);
        var (here, there) = (new SpentVersions(clock, most: 100), new SpentVersions(_clock, most: 100));
        Names("old", 100).ForEach(name => here.Add(name, isBrief: false));
        _clock.Advance(TimeSpan.FromMinutes(1));
        clock.Offset = TimeSpan.FromMinutes(minutes);
        Names("wrong", 40).ForEach(name => here.Add(name, isBrief: false));
        there.Learn(here.TakeUntold());
        clock.Offset = TimeSpan.Zero;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Names("young", 60).ForEach(name => here.Add(name, isBrief: false));
        Names("young", 60).ForEach(name => there.Add(name, isBrief: false));

        Assert.All([here, there], static versions => Assert.All(Names("young", 60).Concat(Names("wrong", 40)), name => Assert.True(versions.Contains(name))));
    }

    [Fact]
    public void what_was_learned_is_not_told_as_ones_own()
    {
        var (here, there) = (new SpentVersions(_clock), new SpentVersions(_clock));
        here.Add("own", isBrief: false);
        there.Add("other", isBrief: false);
        here.Learn(there.TakeUntold());

        Assert.True(here.UntilAnyUntold().IsCompleted);
        there.Learn(here.TakeUntold());
        Assert.True(there.Contains("own"));
        Assert.Equal(2, there.Count);
        Assert.False(here.UntilAnyUntold().IsCompleted);
        Assert.Empty(here.TakeUntold());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void there_is_no_part_but_those_there_are(int part)
    {
        var versions = new SpentVersions(_clock);
        versions.Add("one", isBrief: false);

        Assert.Empty(versions.Read(part));
        Assert.NotEmpty(versions.Read(0));
    }

    [Fact]
    public void what_is_no_digest_teaches_nothing()
    {
        var versions = new SpentVersions(_clock);

        versions.Learn([1, 2, 3]);

        Assert.Equal(0, versions.Count);
    }

    /// <summary>A clock whose time of the world is off; what it measures is right.</summary>
    private sealed class WrongClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override long GetTimestamp() => inner.GetTimestamp();
    }

    private static int Ask(SpentVersions told, SpentVersions asks)
    {
        var parts = 0;
        for (; told.Read(parts) is { Length: > 0 } part; parts++)
        {
            asks.Learn(part);
        }

        return parts;
    }

    private static List<string> Names(string kind, int count) => [.. Enumerable.Range(0, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"{kind}-{number}"))];
}
