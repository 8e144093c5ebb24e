using Uitsmijter.Actors.Protocol.Login;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

[Trait("Attack", "21")]
public sealed class LogoutRulesTests
{
    [Theory]
    [InlineData("same-origin", "navigate", "document", LogoutVerdict.Proceed)]
    [InlineData("same-site", "navigate", "document", LogoutVerdict.Proceed)]
    [InlineData("none", "navigate", "document", LogoutVerdict.Proceed)]
    [InlineData("cross-site", "navigate", "document", LogoutVerdict.Ask)]
    [InlineData("cross-site", "no-cors", "image", LogoutVerdict.Refuse)]
    [InlineData("same-site", "no-cors", "image", LogoutVerdict.Refuse)]
    [InlineData("same-origin", "no-cors", "image", LogoutVerdict.Refuse)]
    [InlineData("same-origin", "cors", "empty", LogoutVerdict.Refuse)]
    [InlineData("cross-site", "cors", "empty", LogoutVerdict.Refuse)]
    [InlineData("cross-site", "navigate", "iframe", LogoutVerdict.Refuse)]
    [InlineData("same-site", "navigate", "iframe", LogoutVerdict.Refuse)]
    [InlineData("cross-site", null, null, LogoutVerdict.Refuse)]
    [InlineData("nonsense", "navigate", "document", LogoutVerdict.Ask)]
    public void a_link_is_judged_by_what_the_browser_says_about_it(string site, string? mode, string? destination, LogoutVerdict expected) =>
        Assert.Equal(expected, LogoutRules.Judge(new LogoutAsk
        {
            IsPost = false, FetchSite = site, FetchMode = mode, FetchDest = destination, Source = LogoutSource.Unknown,
        }));

    [Fact]
    public void a_link_on_another_domain_of_the_same_tenant_is_no_foreign_one() =>
        Assert.Equal(LogoutVerdict.Proceed, LogoutRules.Judge(new LogoutAsk
        {
            IsPost = false, FetchSite = "cross-site", FetchMode = "navigate", FetchDest = "document", Source = LogoutSource.Own,
        }));

    [Theory]
    [InlineData("same-origin", "cors", "empty", LogoutVerdict.Proceed)]
    [InlineData("same-site", "cors", "empty", LogoutVerdict.Refuse)]
    [InlineData("cross-site", "navigate", "document", LogoutVerdict.Ask)]
    public void a_script_may_post_from_our_own_origin_only(string site, string mode, string destination, LogoutVerdict expected) =>
        Assert.Equal(expected, LogoutRules.Judge(new LogoutAsk
        {
            IsPost = true, FetchSite = site, FetchMode = mode, FetchDest = destination, Source = LogoutSource.Foreign,
        }));

    [Theory]
    [InlineData(false, LogoutSource.Unknown, null, LogoutVerdict.Proceed)]
    [InlineData(false, LogoutSource.Unknown, "*/*", LogoutVerdict.Proceed)]
    [InlineData(false, LogoutSource.Own, "text/html,*/*;q=0.8", LogoutVerdict.Proceed)]
    [InlineData(false, LogoutSource.Foreign, "text/html,*/*;q=0.8", LogoutVerdict.Ask)]
    [InlineData(false, LogoutSource.Unknown, "image/avif,image/webp,*/*;q=0.8", LogoutVerdict.Refuse)]
    [InlineData(false, LogoutSource.Own, "image/avif,image/webp,*/*;q=0.8", LogoutVerdict.Refuse)]
    [InlineData(true, LogoutSource.Foreign, "text/html", LogoutVerdict.Ask)]
    [InlineData(true, LogoutSource.Own, "text/html", LogoutVerdict.Proceed)]
    public void without_fetch_metadata_the_older_headers_decide(bool isPost, LogoutSource source, string? accept, LogoutVerdict expected) =>
        Assert.Equal(expected, LogoutRules.Judge(new LogoutAsk { IsPost = isPost, Source = source, Accept = accept }));

    [Fact]
    public void a_ticket_of_ours_proves_the_click_wherever_the_form_seems_to_stand() =>
        Assert.Equal(LogoutVerdict.Proceed, LogoutRules.Judge(new LogoutAsk { IsPost = true, HasTicket = true, FetchSite = "cross-site", Source = LogoutSource.Foreign }));

    [Fact]
    public void nobody_is_logged_out_by_loading_ahead() =>
        Assert.Equal(LogoutVerdict.Refuse, LogoutRules.Judge(new LogoutAsk
        {
            IsPost = false, FetchSite = "same-origin", FetchMode = "navigate", FetchDest = "document", Source = LogoutSource.Own, IsPrefetch = true,
        }));
}
