using Uitsmijter.Actors.Cluster.Tests.Histories;
using static Uitsmijter.Actors.Cluster.Tests.Histories.OperationKind;
using static Uitsmijter.Actors.Cluster.Tests.Histories.Outcome;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>A checker that cannot fail checks nothing: every one of them is shown a history that must not be, and one beside it that may.</summary>
public sealed class InvariantTests
{
    private static readonly Bounds _bounds = new() { Stale = TimeSpan.FromSeconds(20), Grace = TimeSpan.FromSeconds(2) };
    private readonly List<Operation> _operations = [];
    private readonly List<Fault> _faults = [];

    [Fact]
    [Trait("Invariant", "1")]
    public void a_code_that_gives_tokens_twice_is_noticed()
    {
        Add(1, Redeem, Granted, "code-1", "grant-1");
        Add(2, Redeem, Granted, "code-1", "grant-1");

        Noticed(new CodesGiveTokensOnce(_bounds), "the code code-1 gave tokens 2 times");
    }

    [Theory]
    [Trait("Invariant", "1")]
    [InlineData(5, true)]
    [InlineData(3.5, false)]
    public void what_a_replayed_code_gave_is_noticed_where_it_is_good_past_the_bound(double at, bool isNoticed)
    {
        Add(1, Redeem, Granted, "code-1", "grant-1");
        Add(2, Redeem, Refused, "code-1", "grant-1");
        Add(at, UserInfo, Granted, "access-1", "grant-1");

        Noticed(new CodesGiveTokensOnce(_bounds), isNoticed ? "what the code code-1 gave was good" : null);
    }

    [Theory]
    [Trait("Invariant", "1")]
    [InlineData(10, false)]
    [InlineData(40, true)]
    public void a_fault_excuses_it_up_to_the_stale_limit_and_no_longer(double at, bool isNoticed)
    {
        _faults.Add(new(FaultKind.Cut, "gateway-1", Seconds(0), Seconds(100)));
        Add(1, Redeem, Granted, "code-1", "grant-1");
        Add(2, Redeem, Refused, "code-1", "grant-1");
        Add(at, UserInfo, Granted, "access-1", "grant-1");

        Noticed(new CodesGiveTokensOnce(_bounds), isNoticed ? "what the code code-1 gave was good" : null);
    }

    [Fact]
    [Trait("Invariant", "2")]
    public void two_successors_of_one_refresh_token_are_noticed()
    {
        Add(1, Refresh, Granted, "refresh-1", "grant-1", gave: "refresh-2");
        Add(1, Refresh, Granted, "refresh-1", "grant-1", gave: "refresh-3");

        Noticed(new OneLineageOfRefreshTokens(_bounds), "the refresh token refresh-1 has two different successors");
    }

    [Theory]
    [Trait("Invariant", "2")]
    [InlineData(2.5, false)]
    [InlineData(5, true)]
    public void a_spent_refresh_token_that_is_accepted_after_its_grace_is_noticed(double at, bool isNoticed)
    {
        Add(1, Refresh, Granted, "refresh-1", "grant-1", gave: "refresh-2");
        Add(at, Refresh, Granted, "refresh-1", "grant-1", gave: "refresh-2");

        Noticed(new OneLineageOfRefreshTokens(_bounds), isNoticed ? "the refresh token refresh-1 was accepted" : null);
    }

    [Fact]
    [Trait("Invariant", "2")]
    public void a_family_that_outlives_the_reuse_of_a_spent_token_is_noticed()
    {
        Add(1, Refresh, Granted, "refresh-1", "grant-1", gave: "refresh-2");
        Add(6, Refresh, Refused, "refresh-1", "grant-1");
        Add(7, Refresh, Granted, "refresh-2", "grant-1", gave: "refresh-3");

        Noticed(new OneLineageOfRefreshTokens(_bounds), "the family grant-1 lives on");
    }

    [Theory]
    [Trait("Invariant", "3")]
    [InlineData(LogOut, Ask, 4, true)]
    [InlineData(LogOut, Ask, 2.5, false)]
    [InlineData(LogOut, Authorize, 500, true)]
    [InlineData(Revoke, UserInfo, 4, true)]
    [InlineData(Revoke, Refresh, 4, true)]
    public void what_ended_and_is_good_past_the_bound_is_noticed(object end, object use, double at, bool isNoticed)
    {
        Add(1, (OperationKind)end, Granted, "session-1", "grant-1", session: "session-1");
        Add(at, (OperationKind)use, Granted, "session-1", "grant-1", session: "session-1");

        var found = Check(new EndedSessionsStayEnded(_bounds));

        Assert.Equal(isNoticed, found.Count > 0);
    }

    [Fact]
    [Trait("Invariant", "3")]
    public void an_end_that_was_not_reported_promises_nothing()
    {
        Add(1, LogOut, Unavailable, "session-1", session: "session-1");
        Add(9, Ask, Granted, "session-1", session: "session-1");

        Noticed(new EndedSessionsStayEnded(_bounds), null);
    }

    [Theory]
    [Trait("Invariant", "4")]
    [InlineData(Poll)]
    [InlineData(UsePushed)]
    public void what_is_consumed_twice_is_noticed(object kind)
    {
        Add(1, (OperationKind)kind, Granted, "thing-1");
        Add(1, (OperationKind)kind, Refused, "thing-1");
        Add(30, (OperationKind)kind, Granted, "thing-1");

        Noticed(new DeviceCodesAndPushedRequestsOnce(), "thing-1 was consumed 2 times");
    }

    [Theory]
    [Trait("Invariant", "5")]
    [InlineData("bread", null, null, null)]
    [InlineData(null, "client-2", null, null)]
    [InlineData(null, null, "person-2", null)]
    [InlineData(null, null, null, "session-2")]
    public void an_answer_for_somebody_else_is_noticed(string? tenant, string? client, string? person, string? session)
    {
        Add(1, Ask, Granted, "session-1");
        _operations[0] = _operations[0] with { Owner = new("cheese", "client-1", "person-1", "session-1"), Said = new(tenant, client, person, session) };

        Noticed(new AnswersNameWhoAsked(), "asked and was answered as");
    }

    [Fact]
    [Trait("Invariant", "6")]
    public void a_good_token_that_is_refused_is_noticed()
    {
        Add(1, Redeem, Granted, "code-1", "grant-1");
        Add(9, UserInfo, Refused, "access-1", "grant-1");

        Noticed(new OldKeysVerify(_bounds), "a token that nothing ended");
    }

    [Theory]
    [Trait("Invariant", "6")]
    [InlineData(LogOut, Unknown)]
    [InlineData(Revoke, Granted)]
    [InlineData(Redeem, Refused)]
    public void a_token_that_something_may_have_ended_may_be_refused(object kind, object outcome)
    {
        Add(1, Redeem, Granted, "code-1", "grant-1", session: "session-1");
        Add(2, (OperationKind)kind, (Outcome)outcome, "code-1", "grant-1", session: "session-1");
        Add(9, UserInfo, Refused, "access-1", "grant-1", session: "session-1");

        Noticed(new OldKeysVerify(_bounds), null);
    }

    [Theory]
    [Trait("Invariant", "7")]
    [InlineData(9, 1, "works by version 1, ")]
    [InlineData(5, 1, null)]
    [InlineData(5, -3, "which was not written, or is not valid")]
    [InlineData(1.5, 2, "which was not written, or is not valid")]
    public void an_old_or_a_broken_configuration_is_noticed(double at, int version, string? sentence)
    {
        Add(0, Configure, Granted, version: 1);
        Add(2, Configure, Granted, version: 2);
        Add(3, Configure, Granted, version: -3);
        Add(at, ReadConfiguration, Granted, version: version);

        Noticed(new ConfigurationIsObserved(_bounds), sentence);
    }

    [Fact]
    [Trait("Invariant", "7")]
    public void a_gateway_that_goes_back_to_an_older_version_is_noticed()
    {
        Add(0, Configure, Granted, version: 1);
        Add(2, Configure, Granted, version: 2);
        Add(3, ReadConfiguration, Granted, version: 2);
        Add(4, ReadConfiguration, Granted, version: 1);

        Noticed(new ConfigurationIsObserved(_bounds), "went back from version 2 to 1");
    }

    [Theory]
    [Trait("Invariant", "7")]
    [InlineData(30, null)]
    [InlineData(60, "works by version 1, ")]
    public void a_fault_excuses_an_old_configuration_until_there_was_time_enough_without_one(double at, string? sentence)
    {
        // A fault of two seconds in every eighteen: nothing is ever calm.
        for (var start = 6; start < 100; start += 18)
        {
            _faults.Add(new(FaultKind.Cut, "silo-1", Seconds(start), Seconds(start + 2)));
        }

        Add(0, Configure, Granted, version: 1);
        Add(2, Configure, Granted, version: 2);
        Add(at, ReadConfiguration, Granted, version: 1);

        Noticed(new ConfigurationIsObserved(_bounds), sentence);
    }

    [Theory]
    [Trait("Invariant", "7")]
    [InlineData(1, "knows nothing of a tenant it worked for by version 1")]
    [InlineData(5, null)]
    public void a_tenant_that_is_gone_although_nobody_took_it_away_is_noticed(double known, string? sentence)
    {
        Add(0, Configure, Granted, version: 1);
        Add(2, Configure, Granted, version: -3);
        Add(known, ReadConfiguration, Granted, version: 1);
        Add(4, ReadConfiguration, Refused);

        Noticed(new ConfigurationIsObserved(_bounds), sentence);
    }

    [Theory]
    [Trait("Invariant", "3")]
    [InlineData(Refused, "grant-1 was good 5.9 s after its end was reported")]
    [InlineData(Unavailable, null)]
    public void a_family_that_was_used_again_after_its_grace_is_dead_for_its_access_tokens_too(object outcome, string? sentence)
    {
        Add(1, Refresh, Granted, "refresh-1", "grant-1", gave: "refresh-2");
        Add(6, Refresh, (Outcome)outcome, "refresh-1", "grant-1");
        Add(12, UserInfo, Granted, "access-2", "grant-1");

        Noticed(new EndedSessionsStayEnded(_bounds), sentence);
    }

    [Theory]
    [Trait("Invariant", "7")]
    [InlineData(1, 4, null)]
    [InlineData(5, 4, "went back from version 2 to 1")]
    public void a_restored_store_excuses_going_back_from_then_on(double restored, double at, string? sentence)
    {
        _faults.Add(new(FaultKind.RedisRestored, "redis", Seconds(restored), Seconds(restored + 1)));
        Add(0, Configure, Granted, version: 1);
        Add(2, Configure, Granted, version: 2);
        Add(3, ReadConfiguration, Granted, version: 2);
        Add(at, ReadConfiguration, Granted, version: 1);

        Noticed(new ConfigurationIsObserved(_bounds), sentence);
    }

    [Theory]
    [InlineData(Redeem, "code-1 was refused when it was used for the first time")]
    [InlineData(Poll, "code-1 was refused when it was used for the first time")]
    [InlineData(UsePushed, "code-1 was refused when it was used for the first time")]
    [InlineData(Refresh, "code-1 was refused when it was used for the first time")]
    [InlineData(Authorize, "a session that nothing ended got no code")]
    public void what_is_good_and_was_refused_is_noticed(object kind, string sentence)
    {
        Add(1, (OperationKind)kind, Refused, "code-1", "grant-1", session: "session-1");
        Add(2, (OperationKind)kind, Granted, "code-1", "grant-1", session: "session-1");

        Noticed(new WhatIsGoodIsGiven(_bounds), sentence);
    }

    [Theory]
    [InlineData(Redeem, Unknown, 0)]
    [InlineData(Redeem, Granted, 0)]
    [InlineData(Redeem, Granted, 0.95)]
    [InlineData(LogOut, Granted, 0)]
    [InlineData(Revoke, Unknown, 0)]
    public void what_may_have_been_used_or_ended_may_be_refused(object kind, object outcome, double before)
    {
        Add(before, (OperationKind)kind, (Outcome)outcome, "code-1", "grant-1", session: "session-1");
        Add(1, Redeem, Refused, "code-1", "grant-1", session: "session-1");

        Noticed(new WhatIsGoodIsGiven(_bounds), null);
    }

    [Theory]
    [Trait("Invariant", "9")]
    [InlineData(true)]
    [InlineData(false)]
    public void a_family_that_may_have_ended_when_a_gateway_woke_after_a_minute_and_did_what_nobody_waited_for_any_more_is_excused(bool isAbandoned)
    {
        _faults.Add(new(FaultKind.Pause, "gateway-0", Seconds(0), Seconds(60)));
        if (isAbandoned)
        {
            Add(1, Refresh, Unknown, "refresh-1", "grant-1");
        }

        Add(21, Refresh, Granted, "refresh-1", "grant-1", gave: "refresh-2");
        Add(62, Refresh, Refused, "refresh-2", "grant-1");

        Noticed(new WhatIsGoodIsGiven(_bounds), isAbandoned ? null : "refresh-2 was refused when it was used for the first time");
    }

    [Theory]
    [Trait("Invariant", "8")]
    [InlineData(AskAsStranger, Granted, "a stranger was let in")]
    [InlineData(Ask, Refused, "a session that nothing ended was turned away")]
    [InlineData(Ask, Unavailable, "a session was not served although")]
    [InlineData(LogIn, Granted, "somebody was logged in while storage was down")]
    [InlineData(LogIn, Unknown, "a login while storage was down had no answer")]
    [InlineData(Authorize, Granted, "Authorize was granted while storage was down")]
    [InlineData(Redeem, Granted, "Redeem was granted while storage was down")]
    [InlineData(Poll, Granted, "Poll was granted while storage was down")]
    [InlineData(UsePushed, Granted, "UsePushed was granted while storage was down")]
    [InlineData(LogIn, Unavailable, null)]
    [InlineData(Redeem, Unavailable, null)]
    [InlineData(Refresh, Granted, null)]
    [InlineData(Ask, Granted, null)]
    public void what_fails_open_or_not_at_all_is_noticed(object kind, object outcome, string? sentence)
    {
        _faults.Add(new(FaultKind.RedisKilled, "redis", Seconds(0), Seconds(30)));
        Add(5, (OperationKind)kind, (Outcome)outcome, session: "session-1");

        Noticed(new NothingFailsOpen(_bounds), sentence);
    }

    [Fact]
    public void a_violation_shows_its_operations_and_the_faults_around_them()
    {
        _faults.Add(new(FaultKind.Kill, "silo-1", Seconds(0), Seconds(4)));
        _faults.Add(new(FaultKind.Kill, "silo-9", Seconds(900), Seconds(904)));
        Add(1, Redeem, Granted, "code-1", "grant-1");
        Add(2, Redeem, Granted, "code-1", "grant-1");
        Add(2, Redeem, Granted, "code-2", "grant-2");

        var shown = Assert.Single(Check(new CodesGiveTokensOnce(_bounds))).ToString();

        Assert.Contains("Kill silo-1", shown, StringComparison.Ordinal);
        Assert.Equal(2, shown.Split("Redeem code-1").Length - 1);
        Assert.DoesNotContain("silo-9", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("code-2", shown, StringComparison.Ordinal);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Add(double at, OperationKind kind, Outcome outcome, string? used = null, string? grant = null, string? gave = null, string? session = null, int version = 0) =>
        _operations.Add(new()
        {
            Number = _operations.Count + 1,
            Kind = kind,
            Gateway = 0,
            Start = Seconds(at),
            End = Seconds(at + 0.1),
            Outcome = outcome,
            Used = used,
            Grant = grant,
            Gave = gave,
            Owner = new(Session: session),
            Version = version,
        });

    private IReadOnlyList<Violation> Check(IInvariant invariant) => [.. invariant.Check(new(_operations, _faults))];

    private void Noticed(IInvariant invariant, string? sentence)
    {
        var found = Check(invariant);
        if (sentence is null)
        {
            Assert.Empty(found);
        }
        else
        {
            Assert.Contains(sentence, Assert.Single(found).Sentence, StringComparison.Ordinal);
        }
    }
}
