using System.Net;
using System.Net.Http.Json;
using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

public sealed class LoginTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https%3A%2F%2Fcookbooks.example.com%2Fsoup%3Fa%3D1%26b%3D%252F&mode=interceptor";
    private const string Target = "https://cookbooks.example.com/soup?a=1&b=%2F";

    [Fact]
    [Trait("Contract", "http 39")]
    public async Task the_login_page_has_the_fields_people_and_tests_look_for()
    {
        await using var world = await LoginWorld.Start();
        var page = await world.OpenBrowser().Get(Host, $"/login{Query}");

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("name=\"username\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"password\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("action=\"/login\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(Target, page.Hidden("location"));
        Assert.Equal("interceptor", page.Hidden("mode"));
        Assert.Equal("no-store", page.Headers["Cache-Control"]);
    }

    [Fact]
    [Trait("Contract", "http 39")]
    public async Task the_login_page_is_shown_without_a_content_type_or_accept_too()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        browser.Headers.Clear();

        Assert.Equal(HttpStatusCode.OK, (await browser.Get(Host, $"/login{Query}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(Host, $"/login{Query}", ("Accept", "text/html"))).Status);
    }

    [Fact]
    [Trait("Attack", "41")]
    public async Task a_subject_no_cookie_can_carry_is_told_at_once_instead_of_a_login_that_never_holds()
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Provider.Decide = static _ => new LoginOutcome.Approved { Subject = new string('s', 5000), Role = "user" };

        var answer = await world.OpenBrowser().LogIn(Host, Query);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain("uitsmijter-sso=", answer.Headers.GetValueOrDefault("Set-Cookie") ?? "", StringComparison.Ordinal);
        Assert.Single(world.Logs, static line => line.Contains("no cookie can carry it", StringComparison.Ordinal));
        Assert.All(world.Cluster.Sessions.Values, static session => Assert.NotNull(session.Ended));
    }

    [Fact]
    public async Task the_start_page_shows_a_profile_that_did_not_fit_into_the_cookie()
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Provider.Decide = static _ => new LoginOutcome.Approved { Subject = "ada", Role = "user", ProfileJson = $$"""{"note":"{{new string('x', 5000)}}","city":"Wonderland"}""" };
        var browser = world.OpenBrowser();

        await browser.LogIn("localhost", "?for=/");
        var page = await browser.Get("localhost", "/");

        Assert.Contains("Wonderland", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user", "word")]
    [InlineData("name", "pass")]
    [Trait("Contract", "http 40")]
    public async Task wrong_field_names_are_400_and_say_that_the_form_cannot_be_read(string user, string password)
    {
        await using var world = await LoginWorld.Start();
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { [user] = "ada", [password] = "x", ["location"] = Target });

        var answer = await world.OpenBrowser().Post(Host, "/login", form, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("FORM_NOT_PARSEABLE", answer.Body, StringComparison.Ordinal);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Theory]
    [InlineData("https:evil")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://good@evil.example/")]
    [Trait("Contract", "http 41")]
    [Trait("Attack", "13")]
    public async Task an_unreadable_location_is_412(string location)
    {
        await using var world = await LoginWorld.Start();
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = "ada", ["password"] = "x", ["location"] = location });

        var answer = await world.OpenBrowser().Post(Host, "/login", form, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.Status);
        Assert.Contains("LOGIN.ERRORS.MISSING_LOCATION", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 42")]
    [Trait("Contract", "http 70")]
    public async Task a_wrong_password_stays_on_the_page_with_its_target()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        var answer = await browser.LogIn(Host, Query, password: "wrong");

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("data-error=\"LOGIN.ERRORS.WRONG_CREDENTIALS\"", answer.Body, StringComparison.Ordinal);
        Assert.Equal(Target, answer.Hidden("location"));
        Assert.Contains($"action=\"//{Host}/login\"", answer.Body, StringComparison.Ordinal);
        Assert.Null(browser.CookieNamed("uitsmijter-sso"));

        // The page that came back works.
        Assert.Equal(Target, (await browser.Submit(Host, answer, "ada@example.com", FakeProvider.Password)).Location);
    }

    [Fact]
    [Trait("Contract", "http 42")]
    [Trait("Attack", "13")]
    public async Task a_target_outside_the_tenant_is_403_although_the_ticket_is_missing_too()
    {
        await using var world = await LoginWorld.Start();
        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["username"] = "ada", ["password"] = FakeProvider.Password, ["location"] = "https://evil.example/",
        });

        var answer = await world.OpenBrowser().Post("id.ham.test", "/login", form, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("ERRORS.REDIRECT_MISMATCH", answer.Body, StringComparison.Ordinal);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Fact]
    [Trait("Contract", "http 43")]
    [Trait("Contract", "http 70")]
    [Trait("Attack", "16")]
    public async Task success_is_303_to_the_exact_target_with_the_cookie_of_the_contract()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        var answer = await browser.LogIn(Host, Query);

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal(Target, answer.Location);
        Assert.Equal("0", answer.Headers["Content-Length"]);
        Assert.Equal("", answer.Body);
        var cookie = Assert.Single(answer.SetCookies, static cookie => cookie.StartsWith("uitsmijter-sso=", StringComparison.Ordinal));
        Assert.Matches(@"^uitsmijter-sso=[\w\-.]+; Expires=[^;]+ GMT; Max-Age=604800; Domain=\.example\.com; Path=/; Secure; HttpOnly; SameSite=Lax$", cookie);
    }

    [Fact]
    [Trait("Contract", "http 44")]
    public async Task what_the_script_says_becomes_the_session()
    {
        await using var world = await LoginWorld.Start();

        await world.OpenBrowser().LogIn(Host, Query, "Ada@Example.com");

        var session = Assert.Single(world.Cluster.Sessions).Value.Opened!;
        Assert.Equal("subject-of-Ada@Example.com", session.Subject);
        Assert.Equal("Ada@Example.com", session.User);
        Assert.Equal("user", session.Role);
        Assert.Equal("interceptor", session.Mode);
        Assert.Equal(["user:list"], session.ProviderScopes);
        Assert.Equal("dbf0dea75e338e296e034be7b3d69aab4407771f", session.Responsibility);
    }

    [Theory]
    [InlineData("interceptor", "oauth", "interceptor")]
    [InlineData("oauth", "interceptor", "authorization_code")]
    [InlineData("nonsense", null, "authorization_code")]
    [InlineData("", "interceptor", "authorization_code")]
    [InlineData(null, "interceptor", "interceptor")]
    [InlineData(null, null, "authorization_code")]
    [Trait("Contract", "http 69")]
    [Trait("Attack", "6")]
    public async Task the_script_is_told_what_the_login_is_for_whatever_a_proxy_adds(string? query, string? header, string expected)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        if (header is not null)
        {
            browser.Headers["X-Uitsmijter-Mode"] = header;
        }

        await browser.LogIn(Host, $"?for=https://cookbooks.example.com/{(query is null ? "" : $"&mode={query}")}");

        Assert.Equal(expected, Assert.Single(world.Cluster.Provider.Asked).Request.GrantType);
    }

    [Fact]
    [Trait("Attack", "1")]
    public async Task a_mode_header_of_a_stranger_counts_for_nothing()
    {
        await using var world = await LoginWorld.Start(new() { TrustedProxies = "10.9.8.7", Secure = false });
        var browser = world.OpenBrowser();
        browser.Headers["X-Uitsmijter-Mode"] = "interceptor";
        browser.Headers["X-Forwarded-Host"] = "id.ham.test";

        await browser.LogIn(Host, "?for=https://cookbooks.example.com/");

        var (tenant, request) = Assert.Single(world.Cluster.Provider.Asked);
        Assert.Equal("cheese/cheese", tenant);
        Assert.Equal("authorization_code", request.GrantType);
    }

    [Fact]
    [Trait("Attack", "6")]
    public async Task the_forwarded_address_of_a_proxy_is_no_target()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        browser.Headers["X-Forwarded-Uri"] = "https://evil.example/";

        Assert.Equal(Target, (await browser.LogIn(Host, Query)).Location);
    }

    [Fact]
    [Trait("Attack", "18")]
    public async Task every_login_has_a_new_session_id_and_ends_the_one_before()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, $"/login{Query}");
        await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);
        var first = Assert.Single(world.Cluster.Sessions).Key;

        await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);

        Assert.Equal(2, world.Cluster.Sessions.Count);
        Assert.Equal(SessionEnd.Replaced, world.Cluster.Sessions[first].Ended);
        Assert.All(world.Cluster.Sessions.Keys, static sid => Assert.Equal(43, sid.Length));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/vnd.api+json")]
    [InlineData("multipart/form-data")]
    public async Task every_type_of_form_of_the_contract_is_read(string type)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var fields = (await browser.Get(Host, $"/login{Query}")).Fields("ada@example.com", FakeProvider.Password);

        HttpContent content = type == "multipart/form-data" ? Multipart(fields) : JsonContent.Create(fields, new System.Net.Http.Headers.MediaTypeHeaderValue(type));
        var answer = await browser.Post(Host, "/login", content);

        Assert.Equal(Target, answer.Location);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task a_form_of_another_type_has_no_fields(string? type)
    {
        await using var world = await LoginWorld.Start();
        var content = new StringContent("username=ada&password=x&location=%2F");
        content.Headers.ContentType = type is null ? null : new(type);

        var answer = await world.OpenBrowser().Post(Host, "/login", content, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("FORM_NOT_PARSEABLE", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task of_a_repeated_field_the_last_one_counts()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var fields = (await browser.Get(Host, $"/login{Query}")).Fields("ada@example.com", FakeProvider.Password);

        await browser.Post(Host, "/login", new FormUrlEncodedContent([new("username", "somebody else"), .. fields]));

        Assert.Equal("ada@example.com", Assert.Single(world.Cluster.Provider.Asked).Request.Username);
    }

    [Theory]
    [InlineData('a')]
    [InlineData('&')]
    [InlineData('+')]
    public async Task the_longest_address_forward_auth_sends_here_fits_into_the_form(char filling)
    {
        await using var world = await LoginWorld.Start();
        const string Start = "https://cookbooks.example.com/?q=";
        var each = Uri.EscapeDataString(filling.ToString()).Length;
        var target = Start + new string(filling, (LoginAddress.MaxTargetLength - Uri.EscapeDataString(Start).Length) / each);

        var answer = await world.OpenBrowser().LogIn(Host, $"?for={Uri.EscapeDataString(target)}&mode=interceptor");

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Equal(target, answer.Headers["Location"]);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", true)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("application/json", true)]
    [Trait("Attack", "46")]
    public async Task an_oversized_form_is_413_and_asks_nobody(string type, bool saysLength)
    {
        await using var world = await LoginWorld.Start();
        var content = new StringContent(new string('x', 200_000));
        content.Headers.ContentType = new(type);
        HttpContent body = saysLength ? content : new StreamContent(new LengthlessStream(await content.ReadAsStreamAsync()));
        body.Headers.ContentType = new(type);

        var answer = await world.OpenBrowser().Post(Host, "/login", body, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Theory]
    [InlineData(ScriptFailure.TimedOut, 504)]
    [InlineData(ScriptFailure.Busy, 503)]
    [InlineData(ScriptFailure.NoProvider, 503)]
    [InlineData(ScriptFailure.Threw, 503)]
    [InlineData(ScriptFailure.LimitExceeded, 503)]
    [Trait("Contract", "configuration 3.6")]
    public async Task a_script_that_cannot_decide_lets_nobody_in_and_counts_against_nobody(ScriptFailure failure, int status)
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Provider.Decide = _ => new LoginOutcome.Failed(failure);

        var answer = await world.OpenBrowser().LogIn(Host, Query);

        Assert.Equal(status, (int)answer.Status);
        Assert.Contains("ERRORS.SERVICE_UNAVAILABLE", answer.Body, StringComparison.Ordinal);
        Assert.Equal(Target, answer.Hidden("location"));
        Assert.All(world.Cluster.Throttles.Values, static counter => Assert.Equal((1, 1, 0), (counter.Taken, counter.GivenBack, counter.Forgiven)));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_cluster_that_fails_lets_nobody_in_and_keeps_the_target()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, $"/login{Query}");
        world.Cluster.Outage = new InvalidOperationException("storage is away");

        var answer = await browser.Submit(Host, form, "ada@example.com", FakeProvider.Password);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal(Target, answer.Hidden("location"));
        Assert.DoesNotContain("storage is away", answer.Everything, StringComparison.Ordinal);
        Assert.Null(browser.CookieNamed("uitsmijter-sso"));
    }

    [Fact]
    public async Task before_the_catalog_is_there_nothing_is_said_about_hosts()
    {
        await using var world = await LoginWorld.Start(null, null, null, publish: false);

        var answer = await world.OpenBrowser().Get(Host, "/login", ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.DoesNotContain("NO_TENANT", answer.Body, StringComparison.Ordinal);
    }

    private static MultipartFormDataContent Multipart(Dictionary<string, string> fields)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            content.Add(new StringContent(value), name);
        }

        return content;
    }

    private sealed class LengthlessStream(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
