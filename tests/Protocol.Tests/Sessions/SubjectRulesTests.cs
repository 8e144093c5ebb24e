using Uitsmijter.Actors.Protocol.Sessions;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Sessions;

public sealed class SubjectRulesTests
{
    private static readonly DateTimeOffset _now = The.Instant;

    [Fact]
    public void a_session_is_listed_from_its_opening_to_its_end()
    {
        var (record, displaced) = SubjectRules.Opened(SubjectRecord.Empty, Session("a"), _now);
        var over = SubjectRules.Without(record, ["a"], _now);

        Assert.Empty(displaced);
        Assert.Equal(["a"], record.Sessions.Select(static session => session.Sid));
        Assert.True(over.IsEmpty);
    }

    [Fact]
    public void what_ended_by_itself_leaves_the_list_with_the_next_change()
    {
        var (record, _) = SubjectRules.Opened(SubjectRecord.Empty, Session("a", days: 1), _now);

        var (later, _) = SubjectRules.Opened(record, Session("b"), _now.AddDays(1));

        Assert.Equal(["b"], later.Sessions.Select(static session => session.Sid));
    }

    [Fact]
    [Trait("Standard", "ASVS 7.1.2")]
    public void one_session_too_many_ends_the_oldest_which_stays_listed_until_it_has_ended()
    {
        var record = Full(hasNoCookie: null);

        var (next, displaced) = SubjectRules.Opened(record, Session("new"), _now);

        Assert.Equal(["0"], displaced);
        Assert.Contains(next.Sessions, static session => session.Sid == "0");
        Assert.Equal(SubjectRules.MostSessions, SubjectRules.Without(next, displaced, _now).Sessions.Count);
    }

    [Fact]
    public void a_program_that_logs_in_for_ever_ends_nobodys_browser()
    {
        var record = Full(hasNoCookie: true);
        var (with, _) = SubjectRules.Opened(record, Session("browser"), _now);

        var (_, displaced) = SubjectRules.Opened(with, Session("program", hasNoCookie: true), _now);

        Assert.Equal(["0"], displaced);
    }

    [Fact]
    public void a_sign_out_leaves_what_has_to_be_ended_in_the_list()
    {
        var (record, _) = SubjectRules.Opened(SubjectRecord.Empty, Session("a"), _now);

        var marked = SubjectRules.SignedOut(record, _now);

        Assert.Equal(["a"], marked.Sessions.Select(static session => session.Sid));
    }

    [Fact]
    [Trait("Attack", "19")]
    public void a_grant_on_a_login_from_before_the_sign_out_does_not_begin()
    {
        var marked = SubjectRules.SignedOut(SubjectRecord.Empty, _now);

        Assert.Null(SubjectRules.Kept(marked, Grant("old"), _now, _now.AddSeconds(1)));
        Assert.Null(SubjectRules.Kept(marked, Grant("old"), _now.AddMinutes(-1), _now.AddSeconds(1)));
        Assert.NotNull(SubjectRules.Kept(marked, Grant("new"), _now.AddSeconds(1), _now.AddSeconds(2)));
    }

    [Fact]
    public void a_sign_out_is_forgotten_when_nothing_from_before_it_can_begin()
    {
        var marked = SubjectRules.SignedOut(SubjectRecord.Empty, _now);
        var (later, _) = SubjectRules.Opened(marked, Session("a"), _now.AddDays(2));

        Assert.True(SubjectRules.Without(later, ["a"], _now.AddDays(2)).IsEmpty);
    }

    [Fact]
    public void one_grant_too_many_ends_the_oldest()
    {
        var record = new SubjectRecord { Grants = [.. Enumerable.Range(0, SubjectRules.MostGrants).Select(static number => Grant($"{number}"))] };

        var kept = SubjectRules.Kept(record, Grant("new"), _now, _now);

        Assert.Equal(["0"], kept!.Value.Displaced);
    }

    private static SubjectRecord Full(bool? hasNoCookie) =>
        new() { Sessions = [.. Enumerable.Range(0, SubjectRules.MostSessions).Select(number => Session($"{number}", hasNoCookie: hasNoCookie))] };

    private static SubjectSession Session(string sid, int days = 30, bool? hasNoCookie = null) =>
        new() { Sid = sid, Begun = _now.ToUnixTimeMilliseconds(), Ends = _now.AddDays(days).ToUnixTimeMilliseconds(), HasNoCookie = hasNoCookie };

    private static SubjectGrant Grant(string id) => new() { Id = id, Begun = _now.ToUnixTimeMilliseconds(), Ends = _now.AddDays(90).ToUnixTimeMilliseconds() };
}
