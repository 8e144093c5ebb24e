using System.Reflection;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Devices;
using Uitsmijter.Actors.Grains.Grants;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests;

/// <summary>What grains are given of a storage that went back.</summary>
[Trait("Attack", "50")]
public sealed class SpentStatesTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void a_spent_code_was_exchanged_and_still_names_what_it_gave() =>
        Assert.Equal((_now, "grant"), (Spend(new CodeState { GrantId = "grant" }).ConsumedAt, Spend(new CodeState { GrantId = "grant" }).GrantId));

    [Fact]
    public void a_spent_grant_is_revoked_and_has_no_refresh_tokens() =>
        Assert.Equal((_now, null), (Spend(new GrantState()).RevokedAt, Spend(new GrantState()).Family));

    [Fact]
    public void a_spent_device_has_its_tokens_already() => Assert.Equal(_now, Spend(new DeviceState()).RedeemedAt);

    [Fact]
    public void a_spent_pushed_request_was_taken() => Assert.Equal(_now, Spend(new PushedState()).TakenAt);

    [Fact]
    public void a_spent_proof_was_seen() => Assert.Equal(_now, Spend(new SeenState()).Until);

    [Fact]
    public void what_was_spent_before_keeps_its_moment() => Assert.Equal(_now.AddDays(-1), Spend(new CodeState { ConsumedAt = _now.AddDays(-1) }).ConsumedAt);

    /// <summary>A user code names a device and is free again later; the device behind it is what may be used once.</summary>
    [Fact]
    public void every_state_of_the_ephemeral_storage_but_the_user_code_can_be_spent()
    {
        var states = typeof(CodeState).Assembly.GetTypes()
            .SelectMany(static type => type.GetConstructors().SelectMany(static made => made.GetParameters()))
            .Where(static parameter => parameter.GetCustomAttribute<PersistentStateAttribute>() is { StorageName: StorageNames.Ephemeral })
            .Select(static parameter => parameter.ParameterType.GetGenericArguments()[0])
            .ToList();

        Assert.NotEmpty(states);
        Assert.Equal([typeof(UserCodeState)], states.Where(static state => !typeof(ISpendable).IsAssignableFrom(state)));
    }

    private static T Spend<T>(T state)
        where T : ISpendable => (T)state.Spent(_now);
}
