using System.Net;
using Microsoft.AspNetCore.Http;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>Points of the acceptance lists that no other test of the login has.</summary>
public sealed class AcceptanceTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https%3A%2F%2Fcookbooks.example.com%2F&mode=interceptor";

    [Theory, Trait("Contract", "configuration 30")]
    [InlineData("/login" + Query, null)]
    [InlineData("/login" + Query, "text/html")]
    [InlineData("/login" + Query, "application/x-www-form-urlencoded")]
    [InlineData("/", null)]
    public async Task login_and_start_page_are_html_with_and_without_a_content_type(string path, string? contentType)
    {
        await using var world = await LoginWorld.Start();

        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Content = new ByteArrayContent([]) };
        request.Headers.Host = path == "/" ? "localhost" : Host;
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("Accept", "text/html");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var page = await world.Send(request);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>The part of the list without a client; logins for clients come through <c>/authorize</c>.</summary>
    [Fact, Trait("Contract", "configuration 35"), Trait("Contract", "http 60")]
    public async Task every_success_failure_and_logout_is_one_event_and_names_no_client_where_there_is_none()
    {
        await using var world = await LoginWorld.Start();
        var ada = world.OpenBrowser();

        await ada.LogIn(Host, Query, password: "wrong one");
        await ada.LogIn(Host, Query, password: "wrong again");
        await ada.LogIn(Host, Query);
        await world.OpenBrowser().LogIn(Host, Query, userName: "bob@example.com", password: "wrong one");
        await ada.Get(Host, "/logout/finalize?location=/");

        Assert.Equal(3, world.Logs.Count(static line => line.Contains("Login failed:", StringComparison.Ordinal)));
        Assert.Equal(1, world.Logs.Count(static line => line.Contains("Login succeeded:", StringComparison.Ordinal)));
        Assert.Equal(1, world.Logs.Count(static line => line.Contains("Logged out:", StringComparison.Ordinal)));
        Assert.All(world.Logs.Where(static line => line.Contains("Login failed:", StringComparison.Ordinal) || line.Contains("Login succeeded:", StringComparison.Ordinal)),
            static line => Assert.Contains("client=(null)", line, StringComparison.Ordinal));
    }

    [Theory, Trait("Contract", "configuration 44")]
    [InlineData(null, false, "; Path=/; HttpOnly; SameSite=Lax")]
    [InlineData(".example.com", true, "; Domain=.example.com; Path=/; Secure; HttpOnly; SameSite=Lax")]
    public void a_login_cookie_is_http_only_for_every_path_and_lives_as_long_as_it_says(string? domain, bool secure, string attributes)
    {
        // The list says SameSite=Strict; a link from another site must find the person logged in (design §4, cookie flags).
        var response = new DefaultHttpContext().Response;

        SessionCookieWriter.Set(response, "uitsmijter-sso", "value", The.Instant, TimeSpan.FromHours(2), domain, secure);

        Assert.Equal("uitsmijter-sso=value; Expires=Fri, 02 Jan 2026 05:04:05 GMT; Max-Age=7200" + attributes, response.Headers.SetCookie.ToString());
    }

    [Fact, Trait("Contract", "configuration 44")]
    public void a_cookie_that_is_taken_away_has_a_negative_age()
    {
        var response = new DefaultHttpContext().Response;

        SessionCookieWriter.Clear(response, "uitsmijter-sso", The.Instant, null, secure: true);

        Assert.StartsWith("uitsmijter-sso=invalid; Expires=Fri, 02 Jan 2026 03:04:04 GMT; Max-Age=-1", response.Headers.SetCookie.ToString(), StringComparison.Ordinal);
    }

    /// <summary>There is no second factor and no code by e-mail yet; what there is has two stages, the form and its answer.</summary>
    [Fact, Trait("Attack", "38")]
    public async Task no_stage_of_a_login_is_skipped_by_an_empty_form_or_by_going_back()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, "/login" + Query);

        var empty = await browser.Post(Host, "/login", new FormUrlEncodedContent([]));
        var withoutAnswer = await browser.Post(Host, "/login", new FormUrlEncodedContent(form.Fields("", "").Where(static field => field.Key is not ("username" or "password"))));
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (empty.Status, withoutAnswer.Status));
        Assert.Empty(world.Cluster.Provider.Asked);

        await browser.Submit(Host, form, "ada@example.com", Cluster.FakeProvider.Password);
        await browser.Get(Host, "/logout/finalize?location=/");
        var back = await browser.Submit(Host, form, "ada@example.com", "");
        var again = await browser.Get(Host, "/login" + Query);

        Assert.NotEqual(HttpStatusCode.SeeOther, back.Status);
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Null(browser.CookieNamed("uitsmijter-sso"));
        Assert.Single(world.Cluster.Sessions);
    }
}
