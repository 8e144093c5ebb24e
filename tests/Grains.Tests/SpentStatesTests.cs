using System.Reflection;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Devices;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Grains.Tests.Grants;
using Uitsmijter.Actors.Protocol.Grants;
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

    /// <summary>So the grain ends what the grant gave, in the feed, as it does with every spent token (RFC 9700 §4.14.2), and so does a revocation by any of them (RFC 7009).</summary>
    [Fact]
    public void of_a_spent_grant_every_refresh_token_is_one_that_came_back()
    {
        var key = new byte[RefreshTokenText.TagKeyBytes];
        var (first, second) = (Secret(1), Secret(2));
        var family = RefreshRules.Rotate(
            RefreshRules.First(first, key, _now, TimeSpan.FromDays(1), TimeSpan.FromDays(9), null), first, second, new byte[12], _now, TimeSpan.FromDays(1), TimeSpan.FromMinutes(1));

        var spent = Spend(new GrantState { Family = family, AccessUntil = _now });

        Assert.All([first, second, Secret(3)], secret => Assert.Equal(RefreshVerdict.Reused, RefreshRules.Judge(spent.Family!, secret, _now, TimeSpan.FromMinutes(1))));
        Assert.Equal((null, _now), (spent.RevokedAt, spent.AccessUntil));

        string Secret(byte number) => RefreshTokenText.MakeSecret(Enumerable.Repeat(number, RefreshTokenText.RandomBytes).ToArray(), key);
    }

    [Fact]
    public void a_spent_grant_without_refresh_tokens_is_revoked() => Assert.Equal(_now, Spend(new GrantState()).RevokedAt);

    [Fact]
    public void writes_that_use_nothing_up_are_told_from_those_that_do()
    {
        var fresh = new RefreshFamily { Current = "digest" };

        Assert.All<ISpendable>(
            [new CodeState(), new PushedState(), new DeviceState(), new GrantState { Family = fresh }], static state => Assert.False(state.IsUse));
        Assert.All<ISpendable>(
            [
                new CodeState { ConsumedAt = _now }, new PushedState { TakenAt = _now }, new DeviceState { RedeemedAt = _now }, new DeviceState { DeniedAt = _now }, new SeenState { Until = _now },
                new GrantState { Family = fresh with { Previous = "older" } }, new GrantState { RevokedAt = _now },
            ],
            static state => Assert.True(state.IsUse));
    }

    [Fact]
    public void a_spent_device_has_its_tokens_already() => Assert.Equal(_now, Spend(new DeviceState()).RedeemedAt);

    /// <summary>Storage that goes back to any version of after the answer must not give tokens once more, also to one of before a poll that came too soon.</summary>
    [Fact]
    [Trait("Attack", "50")]
    public void every_write_of_a_device_somebody_has_answered_is_remembered()
    {
        Assert.False(IsUse(new DeviceState()));
        Assert.True(IsUse(new DeviceState { Facts = TwoClusters.Facts() }));
        Assert.True(IsUse(new DeviceState { DeniedAt = _now }));
        Assert.True(IsUse(new DeviceState { RedeemedAt = _now }));

        static bool IsUse(ISpendable state) => state.IsUse;
    }

    [Fact]
    public void a_spent_pushed_request_was_taken() => Assert.Equal(_now, Spend(new PushedState()).TakenAt);

    [Fact]
    public void a_spent_proof_was_seen() => Assert.Equal(_now, Spend(new SeenState()).Until);

    [Fact]
    public void what_was_spent_before_keeps_its_moment() => Assert.Equal(_now.AddDays(-1), Spend(new CodeState { ConsumedAt = _now.AddDays(-1) }).ConsumedAt);

    /// <summary>A user code names a device and is free again later; the device behind it is what may be used once.</summary>
    [Fact]
    public void every_state_of_the_storages_that_forget_but_the_user_code_can_be_spent()
    {
        var states = typeof(CodeState).Assembly.GetTypes()
            .SelectMany(static type => type.GetConstructors().SelectMany(static made => made.GetParameters()))
            .Where(static parameter => parameter.GetCustomAttribute<PersistentStateAttribute>() is { StorageName: StorageNames.Ephemeral or StorageNames.Brief })
            .Select(static parameter => parameter.ParameterType.GetGenericArguments()[0])
            .ToList();

        Assert.NotEmpty(states);
        Assert.Equal([typeof(UserCodeState)], states.Where(static state => !typeof(ISpendable).IsAssignableFrom(state)));
    }

    private static T Spend<T>(T state)
        where T : ISpendable => (T)state.Spent(_now);
}
