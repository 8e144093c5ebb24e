namespace Uitsmijter.Actors.Cluster.Tests.Nemesis;

/// <summary>What the long trial will do, without doing it.</summary>
public sealed class LongPlanTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(6, "a folder")]
    [InlineData(40, null)]
    [InlineData(40, "a folder")]
    public void a_silo_and_a_gateway_stand_still_for_about_a_minute_in_every_trial_however_short(int faults, string? old) => Assert.All(Enumerable.Range(1, 50), seed =>
    {
        var plan = Plan(seed, faults, old);

        Assert.Contains(plan, static fault => fault.Name == nameof(Tormentor.PauseSilo) && IsAboutAMinute(fault.Time));
        Assert.Contains(plan, static fault => fault.Name == nameof(Tormentor.PauseGateway) && IsAboutAMinute(fault.Time));
    });

    [Fact]
    public void the_same_seed_plans_the_same_and_another_one_something_else()
    {
        Assert.Equal(Names(Plan(4, 40)), Names(Plan(4, 40)));
        Assert.NotEqual(Names(Plan(4, 40)), Names(Plan(5, 40)));
    }

    [Fact]
    public void what_is_certain_leaves_room_for_chance_and_the_end_is_the_end()
    {
        var plan = Plan(4, 500);

        Assert.Equal(
            [nameof(Tormentor.TerminateSilo), nameof(Tormentor.TakeSnapshot), nameof(Tormentor.RestoreRedis), nameof(Tormentor.StepAllClocks), nameof(Task.Delay)],
            plan[^5..].Select(static fault => fault.Name));
        Assert.Equal(505, plan.Count);
        Assert.Equal(17, plan[..^5].Select(static fault => fault.Name).Distinct().Count());
        Assert.All(plan, static fault => Assert.InRange(fault.Time, TimeSpan.Zero, TimeSpan.FromSeconds(60)));
    }

    private static bool IsAboutAMinute(TimeSpan time) => time >= TimeSpan.FromSeconds(55) && time <= TimeSpan.FromSeconds(60);

    private static List<(string, TimeSpan)> Names(List<PlannedFault> plan) => [.. plan.Select(static fault => (fault.Name, fault.Time))];

    private static List<PlannedFault> Plan(int seed, int faults, string? old = null)
    {
        var left = faults;
        return [.. LongPlan.Faults(new Random(seed), old, () => left-- == 0)];
    }
}
