using Uitsmijter.Actors.Protocol.Login;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

[Trait("Attack", "21")]
public sealed class EndSessionRulesTests
{
    private static readonly BrowserSession _ada = new("sid-1", "ada");

    [Fact]
    public void a_hint_of_this_browsers_session_needs_no_question() =>
        Assert.Equal(LogoutVerdict.Proceed, EndSessionRules.Judge(LogoutVerdict.Ask, Hint("ada", "sid-1"), [_ada]));

    [Fact]
    public void a_hint_without_a_session_id_belongs_by_its_person() =>
        Assert.Equal(LogoutVerdict.Proceed, EndSessionRules.Judge(LogoutVerdict.Ask, Hint("ada", null), [_ada]));

    [Fact]
    public void a_hint_finds_nobody_logged_in_and_has_nothing_to_ask() =>
        Assert.Equal(LogoutVerdict.Proceed, EndSessionRules.Judge(LogoutVerdict.Ask, Hint("ada", "sid-1"), []));

    [Theory]
    [InlineData("ada", "sid-2")]
    [InlineData("mallory", "sid-1")]
    [InlineData("mallory", null)]
    public void a_hint_of_another_session_or_person_logs_nobody_out_unasked(string subject, string? sid) =>
        Assert.Equal(LogoutVerdict.Ask, EndSessionRules.Judge(LogoutVerdict.Proceed, Hint(subject, sid), [_ada]));

    [Fact]
    public void one_of_two_sessions_is_not_enough() =>
        Assert.Equal(LogoutVerdict.Ask, EndSessionRules.Judge(LogoutVerdict.Proceed, Hint("ada", "sid-1"), [_ada, new BrowserSession("sid-2", "bob")]));

    [Fact]
    public void without_a_hint_the_person_is_asked() =>
        Assert.Equal(LogoutVerdict.Ask, EndSessionRules.Judge(LogoutVerdict.Proceed, null, [_ada]));

    [Fact]
    public void what_is_no_page_is_refused_whatever_it_brings() =>
        Assert.Equal(LogoutVerdict.Refuse, EndSessionRules.Judge(LogoutVerdict.Refuse, Hint("ada", "sid-1"), [_ada]));

    private static LogoutHintFacts Hint(string subject, string? sid) => new(subject, sid, "client");
}
