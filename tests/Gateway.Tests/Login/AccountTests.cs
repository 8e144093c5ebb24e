using System.Net;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>The page on which a person sees and ends what they have open.</summary>
[Trait("Standard", "ASVS 7.5.2")]
public sealed partial class AccountTests
{
    private const string Host = "goat.example.com";
    private const string Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";

    [Fact]
    public async Task without_a_login_the_page_leads_to_the_login_and_back()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        var refused = await browser.Get(Host, "/account");
        var query = refused.Location!["/login".Length..];
        var landed = await browser.LogIn(Host, query);
        var page = await browser.Get(Host, "/account");

        Assert.Equal((HttpStatusCode.SeeOther, "/login?for=%2F%2Fgoat.example.com%2Faccount"), (refused.Status, refused.Location));
        Assert.Equal("//goat.example.com/account", landed.Location);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("ada@example.com", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_person_sees_their_sessions_with_this_one_marked_and_no_session_id()
    {
        await using var world = await LoginWorld.Start();
        await LoggedIn(world);
        var page = await (await LoggedIn(world, Firefox)).Get(Host, "/account");
        await LoggedIn(world, userName: "bob@example.com");

        Assert.Equal(2, Buttons(page, "end").Count);
        Assert.Single(Regex.Matches(page.Body, "<li class=\"current\">"));
        Assert.Contains("Firefox · Windows", WebUtility.HtmlDecode(page.Body), StringComparison.Ordinal);
        Assert.DoesNotContain("bob", page.Body, StringComparison.Ordinal);
        Assert.All(world.Cluster.Sessions.Keys, sid => Assert.DoesNotContain(sid, page.Everything, StringComparison.Ordinal));
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
        Assert.Contains("Accept-Language", page.Headers["Vary"], StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task one_browser_ends_the_session_of_the_other()
    {
        await using var world = await LoginWorld.Start();
        var (lost, mine) = (await LoggedIn(world), await LoggedIn(world, Firefox));
        var page = await mine.Get(Host, "/account");

        var ended = await Post(mine, page, "end", Buttons(page, "end")[1]);
        await Cluster.Eventually.Holds(() => Refused(lost));
        var after = await mine.Get(Host, ended.Location!);

        Assert.Equal((HttpStatusCode.SeeOther, "/account?done=session"), (ended.Status, ended.Location));
        Assert.Single(Buttons(after, "end"));
        Assert.Contains("data-result=\"session\"", after.Body, StringComparison.Ordinal);
        Assert.Equal(SessionEnd.EndedByPerson, Assert.Single(world.Cluster.Sessions.Values, static session => session.Ended is not null).Ended);
        Assert.Contains(world.Logs, static line => line.Contains("Session ended", StringComparison.Ordinal) && line.Contains("by=person", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ending_this_session_logs_out()
    {
        await using var world = await LoginWorld.Start();
        var mine = await LoggedIn(world);
        var page = await mine.Get(Host, "/account");

        var ended = await Post(mine, page, "end", Buttons(page, "end")[0]);

        Assert.Equal(HttpStatusCode.OK, ended.Status);
        Assert.Null(mine.CookieNamed("uitsmijter-sso"));
        Assert.Equal(SessionEnd.LoggedOut, Assert.Single(world.Cluster.Sessions.Values).Ended);
    }

    [Fact]
    [Trait("Attack", "19")]
    [Trait("Standard", "ASVS 7.4.2")]
    public async Task signing_out_everywhere_ends_every_session_and_takes_this_cookie()
    {
        await using var world = await LoginWorld.Start();
        await LoggedIn(world);
        var (mine, theirs) = (await LoggedIn(world, Firefox), await LoggedIn(world, userName: "bob@example.com"));
        world.Cluster.OfflineGrants.Add(new OfflineGrant("gid", Guid.NewGuid(), The.Instant));
        var page = await mine.Get(Host, "/account");

        var done = await Post(mine, page, "everywhere", "yes");

        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Null(mine.CookieNamed("uitsmijter-sso"));
        Assert.Equal(2, world.Cluster.Sessions.Values.Count(static session => session.Ended == SessionEnd.SignedOutEverywhere));
        Assert.Empty(world.Cluster.OfflineGrants);
        Assert.Equal(HttpStatusCode.OK, (await theirs.Get(Host, "/account")).Status);
        Assert.Contains(world.Logs, static line => line.Contains("Signed out everywhere", StringComparison.Ordinal) && line.Contains("sessions=2 grants=1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task an_application_loses_the_access_it_keeps_while_the_person_is_away()
    {
        await using var world = await LoginWorld.Start();
        var mine = await LoggedIn(world);
        world.Cluster.OfflineGrants.Add(new OfflineGrant("gid", Guid.NewGuid(), The.Instant));
        var page = await mine.Get(Host, "/account");

        var ended = await Post(mine, page, "revoke", Buttons(page, "revoke").Single());

        Assert.Equal("/account?done=application", ended.Location);
        Assert.Empty(world.Cluster.OfflineGrants);
        Assert.Equal(HttpStatusCode.OK, (await mine.Get(Host, "/account")).Status);
    }

    public static TheoryData<string, string[]> Forgeries => new()
    {
        { "from another site", ["Sec-Fetch-Site", "cross-site"] },
        { "from a host beside ours", ["Sec-Fetch-Site", "same-site"] },
        { "by a foreign script", ["Origin", "https://evil.example"] },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    [Trait("Attack", "39")]
    public async Task a_form_from_elsewhere_ends_nothing(string what, string[] header)
    {
        await using var world = await LoginWorld.Start();
        var mine = await LoggedIn(world);
        var page = await mine.Get(Host, "/account");

        var answer = await Post(mine, page, "everywhere", "yes", (header[0], header[1]));

        Assert.True(answer.Status == HttpStatusCode.Forbidden, what);
        Assert.All(world.Cluster.Sessions.Values, static session => Assert.Null(session.Ended));
    }

    [Fact]
    [Trait("Attack", "39")]
    public async Task a_form_without_our_ticket_of_another_session_or_by_get_ends_nothing()
    {
        await using var world = await LoginWorld.Start();
        var (mine, other) = (await LoggedIn(world), await LoggedIn(world, Firefox));
        var (page, foreign) = (await mine.Get(Host, "/account"), await other.Get(Host, "/account"));

        var without = await mine.Post(Host, "/account", new FormUrlEncodedContent([KeyValuePair.Create("everywhere", "yes")]));
        var stolen = await Post(mine, foreign, "everywhere", "yes");
        world.Clock.Advance(TimeSpan.FromHours(1));
        var late = await Post(mine, page, "everywhere", "yes");
        var byGet = await mine.Get(Host, "/account?everywhere=yes");

        Assert.All([without, stolen, late], static answer => Assert.Equal(HttpStatusCode.Forbidden, answer.Status));
        Assert.Contains("ACCOUNT.ERRORS.FORM_EXPIRED", late.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, byGet.Status);
        Assert.All(world.Cluster.Sessions.Values, static session => Assert.Null(session.Ended));
    }

    [Fact]
    [Trait("Attack", "20")]
    public async Task what_somebody_else_has_open_cannot_be_named()
    {
        await using var world = await LoginWorld.Start();
        var (mine, theirs) = (await LoggedIn(world), await LoggedIn(world, userName: "bob@example.com"));
        var (page, foreign) = (await mine.Get(Host, "/account"), await theirs.Get(Host, "/account"));

        await Post(mine, page, "end", Buttons(foreign, "end")[0]);

        Assert.All(world.Cluster.Sessions.Values, static session => Assert.Null(session.Ended));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_cluster_that_does_not_answer_is_told_and_nothing_is_said_to_have_ended()
    {
        await using var world = await LoginWorld.Start();
        var mine = await LoggedIn(world);
        var page = await mine.Get(Host, "/account");
        world.Cluster.Outage = new TimeoutException("no silo");

        var answer = await Post(mine, page, "everywhere", "yes");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.NotNull(mine.CookieNamed("uitsmijter-sso"));
    }

    private static bool Refused(Browser browser) => browser.Get(Host, "/account").GetAwaiter().GetResult().Status == HttpStatusCode.SeeOther;

    private static async Task<Browser> LoggedIn(LoginWorld world, string? userAgent = null, string userName = "ada@example.com")
    {
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, "/login?for=https%3A%2F%2Fgoat.example.com%2F");
        await browser.Submit(Host, form, userName, Cluster.FakeProvider.Password, userAgent is null ? [] : [("User-Agent", userAgent)]);
        return browser;
    }

    private static Task<Browser.Answer> Post(Browser browser, Browser.Answer page, string field, string value, params (string Name, string Value)[] headers) =>
        browser.Post(Host, "/account", new FormUrlEncodedContent([KeyValuePair.Create("ticket", page.Hidden("ticket")!), KeyValuePair.Create(field, value)]), headers);

    private static List<string> Buttons(Browser.Answer page, string name) => [.. Button().Matches(page.Body).Where(match => match.Groups[1].Value == name).Select(static match => match.Groups[2].Value)];

    [GeneratedRegex("<button [^>]*name=\"([a-z]+)\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Button();
}
