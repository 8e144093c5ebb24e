using System.Globalization;
using Uitsmijter.Actors.Silo.Storage;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

public sealed class SpentVersionsTests
{
    [Fact]
    public void another_silo_learns_everything_part_by_part()
    {
        var (here, there) = (new SpentVersions(), new SpentVersions());
        var names = Enumerable.Range(0, SpentVersions.InPart + 10).Select(static number => number.ToString(CultureInfo.InvariantCulture)).ToList();
        names.ForEach(here.Add);

        var parts = 0;
        for (; here.Read(parts) is { Length: > 0 } part; parts++)
        {
            there.Learn(part);
        }

        Assert.Equal(2, parts);
        Assert.All(names, name => Assert.True(there.Contains(name)));
        Assert.False(there.Contains("never"));
        Assert.Equal(names.Count, there.Count);
    }

    [Fact]
    public void the_oldest_are_forgotten_where_there_are_too_many()
    {
        var versions = new SpentVersions();
        for (var number = 0; number < SpentVersions.Most + 5; number++)
        {
            versions.Add(number.ToString(CultureInfo.InvariantCulture));
        }

        Assert.Equal(SpentVersions.Most, versions.Count);
        Assert.False(versions.Contains("4"));
        Assert.True(versions.Contains("5"));
        Assert.True(versions.Contains((SpentVersions.Most + 4).ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void what_was_learned_is_not_told_as_ones_own()
    {
        var (here, there) = (new SpentVersions(), new SpentVersions());
        here.Add("own");
        there.Add("other");
        here.Learn(there.TakeUntold());

        Assert.True(here.UntilAnyUntold().IsCompleted);
        Assert.Equal(sizeof(ulong), here.TakeUntold().Length);
        Assert.False(here.UntilAnyUntold().IsCompleted);
        Assert.Empty(here.TakeUntold());
    }

    [Fact]
    public void there_is_no_part_before_the_first_and_none_behind_the_last()
    {
        var versions = new SpentVersions();
        versions.Add("one");

        Assert.Empty(versions.Read(1));
        Assert.Empty(versions.Read(int.MaxValue));
        Assert.NotEmpty(versions.Read(0));
    }
}
