using System.Net;
using System.Security.Cryptography;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>Start page, hosts and schemes, keys, renewal on the login page.</summary>
public sealed class PageTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https://cookbooks.example.com/soup&mode=interceptor";

    [Fact]
    [Trait("Contract", "http 4.1")]
    public async Task the_start_page_leads_to_the_login_page_and_shows_a_person_their_own_claims_never_a_token()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        var before = await browser.Get(Host, "/");
        var anonymous = await browser.Get("cookbooks.example.com", "/");
        await browser.LogIn(Host, Query);
        var after = await browser.Get(Host, "/");

        Assert.Equal(HttpStatusCode.BadRequest, before.Status);
        Assert.Contains("http-equiv=\"refresh\"", anonymous.Body, StringComparison.Ordinal);
        Assert.Contains("cookbooks.example.com", anonymous.Body, StringComparison.Ordinal);
        Assert.Contains("ada@example.com", after.Body, StringComparison.Ordinal);
        Assert.Contains("id=\"logoutButton\"", after.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(browser.CookieNamed("uitsmijter-sso")!, after.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Assert.Single(world.Cluster.Sessions).Key, after.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", after.Headers.Keys);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/")]
    [InlineData("/logout")]
    [InlineData("/logout/finalize")]
    [InlineData("/login?for=https://cookbooks.example.com/")]
    [InlineData("/.well-known/jwks.json")]
    [Trait("Attack", "43")]
    public async Task an_unknown_host_is_one_clear_error(string path)
    {
        await using var world = await LoginWorld.Start();

        var answer = await world.OpenBrowser().Get("unknown.example", path, ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("ERRORS.NO_TENANT", answer.Body, StringComparison.Ordinal);
        Assert.Empty(answer.SetCookies);
    }

    [Theory]
    [InlineData(Host, "https://page.ham.test/")]
    [InlineData("id.ham.test", "https://cookbooks.example.com/")]
    [InlineData("id.ham.test", "https://evil.example/")]
    [InlineData(Host, "https://evil.example/")]
    [InlineData("page.ham.test", "//yolk.egg.example.com")]
    [Trait("Attack", "43")]
    [Trait("Attack", "13")]
    public async Task nobody_sees_a_form_for_a_target_the_requested_host_does_not_work_for(string host, string target)
    {
        await using var world = await LoginWorld.Start();

        var answer = await world.OpenBrowser().Get(host, $"/login?for={Uri.EscapeDataString(target)}", ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("ERRORS.NO_TENANT", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https%3Aevil.example")]
    [InlineData("%2F%5Cevil.example")]
    [InlineData("javascript%3Aalert(1)")]
    [InlineData("//cookbooks.example.com%40evil.example")]
    [Trait("Attack", "13")]
    public async Task an_unreadable_target_is_one_clear_error(string target)
    {
        await using var world = await LoginWorld.Start();

        var answer = await world.OpenBrowser().Get(Host, $"/login?for={target}", ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("ERRORS.REDIRECT_NOT_URL", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", answer.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task two_tenants_share_a_login_host_and_each_gets_its_own()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        await browser.LogIn(Host, Query);
        await browser.LogIn(Host, "?for=https://yolk.egg.example.com/&mode=interceptor");

        Assert.Equal(["cheese/cheese", "egg/egg"], world.Cluster.Provider.Asked.Select(static asked => asked.Tenant));
        Assert.NotNull(browser.CookieNamed("uitsmijter-sso-egg"));
        Assert.Contains(("uitsmijter-sso", ".example.com"), browser.Jar.Keys);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [Trait("Attack", "5")]
    public async Task on_plain_http_a_page_says_why_there_is_no_login_unless_somebody_decided(bool? secure, bool refused)
    {
        await using var world = await LoginWorld.Start(new ServerSettings { Secure = secure });
        var browser = world.OpenBrowser();
        browser.IsHttps = false;

        var page = await browser.Get(Host, $"/login{Query}");

        Assert.Equal(refused ? HttpStatusCode.BadRequest : HttpStatusCode.OK, page.Status);
        Assert.Equal(refused, page.Body.Contains("INSECURE_CONNECTION", StringComparison.Ordinal));
        Assert.Equal(secure is true, page.SetCookies.Exists(static cookie => cookie.Contains("; Secure", StringComparison.Ordinal)));
        Assert.Equal(refused, page.SetCookies.Count == 0);
    }

    [Theory]
    [InlineData("https,http")]
    [InlineData("ws")]
    [InlineData("")]
    [InlineData("httpsx")]
    [Trait("Attack", "5")]
    public async Task an_unclear_scheme_is_no_tls(string proto)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        browser.IsHttps = false;

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Get(Host, $"/login{Query}", ("X-Forwarded-Proto", proto))).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.Get(Host, $"/login{Query}", ("X-Forwarded-Proto", "HTTPS"))).Status);
    }

    [Theory]
    [InlineData("a.example, b.example")]
    [InlineData("login.example.com@evil.example")]
    [InlineData("login.example.com.")]
    [InlineData("")]
    [InlineData("[::1")]
    [Trait("Attack", "3")]
    public async Task an_odd_forwarded_host_is_nobodys(string forwarded)
    {
        await using var world = await LoginWorld.Start();

        var answer = await world.OpenBrowser().Get(Host, $"/login{Query}", ("X-Forwarded-Host", forwarded), ("Accept", "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task a_proxy_that_forwards_another_host_is_believed_when_it_is_trusted()
    {
        await using var trusting = await LoginWorld.Start();
        await using var suspicious = await LoginWorld.Start(new ServerSettings { TrustedProxies = "10.9.8.7", Secure = false });

        var believed = await trusting.OpenBrowser().Get("internal.service", $"/login{Query}", ("X-Forwarded-Host", Host));
        var ignored = await suspicious.OpenBrowser().Get("internal.service", $"/login{Query}", ("X-Forwarded-Host", Host));

        Assert.Equal(HttpStatusCode.OK, believed.Status);
        Assert.Equal(HttpStatusCode.BadRequest, ignored.Status);
    }

    [Fact]
    [Trait("Contract", "http 54")]
    public async Task the_keys_of_a_tenant_are_at_every_host_of_it_and_stay_the_same()
    {
        await using var world = await LoginWorld.Start();
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        world.Cluster.Keys.SigningKeys =
        [
            new PublicSigningKey { Kid = "announced", Algorithm = SigningAlgorithm.ES256, Spki = [.. curve.ExportSubjectPublicKeyInfo()], Stage = SigningKeyStage.Announced },
            new PublicSigningKey { Kid = "active", Algorithm = SigningAlgorithm.RS256, Spki = [.. rsa.ExportSubjectPublicKeyInfo()], Stage = SigningKeyStage.Active },
        ];
        var browser = world.OpenBrowser();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => browser.Get("cookbooks.example.com", "/.well-known/jwks.json")));
        var shared = await browser.Get(Host, "/.well-known/jwks.json?for=//cookbooks.example.com");
        var ambiguous = await browser.Get(Host, "/.well-known/jwks.json");

        Assert.Single(answers.Select(static answer => answer.Body).Distinct());
        Assert.Equal(answers[0].Body, shared.Body);
        Assert.Equal(HttpStatusCode.BadRequest, ambiguous.Status);
        Assert.Equal("application/json; charset=utf-8", shared.Headers["Content-Type"]);
        Assert.Equal("public, max-age=3600", shared.Headers["Cache-Control"].Replace("max-age=3600, public", "public, max-age=3600", StringComparison.Ordinal));
        Assert.Equal("nosniff", shared.Headers["X-Content-Type-Options"]);
        Assert.Matches("\"kid\":\"announced\".*\"kid\":\"active\".*\"e\":\"AQAB\"", shared.Body);
    }

    [Fact]
    public async Task a_cookie_past_three_quarters_of_its_life_is_renewed_on_the_way_through_the_login_page()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        var first = browser.CookieNamed("uitsmijter-sso");

        world.Clock.Advance(TimeSpan.FromDays(5));
        Assert.DoesNotContain((await browser.Get(Host, $"/login{Query}")).SetCookies, static cookie => cookie.StartsWith("uitsmijter-sso", StringComparison.Ordinal));
        world.Clock.Advance(TimeSpan.FromDays(1));
        var answer = await browser.Get(Host, $"/login{Query}");

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.NotEqual(first, browser.CookieNamed("uitsmijter-sso"));
        Assert.Contains(answer.SetCookies, static cookie => cookie.Contains("Max-Age=604800; Domain=.example.com;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_person_who_is_not_valid_any_more_is_told_so_and_the_session_ends()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        world.Cluster.Provider.DecideValidity = static _ => new ValidationOutcome.Invalid();

        world.Clock.Advance(TimeSpan.FromDays(6));
        var answer = await browser.Get(Host, $"/login{Query}");

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("ERRORS.INVALIDATE", answer.Body, StringComparison.Ordinal);
        Assert.NotNull(Assert.Single(world.Cluster.Sessions).Value.Ended);
    }
}
