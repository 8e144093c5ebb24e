using System.Net;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Attack groups 17 to 20: which cookies count, and how fast they stop counting.</summary>
public sealed class SessionTests
{
    [Fact]
    [Trait("Attack", "17")]
    public async Task cookies_that_are_not_quite_ours_are_no_cookies()
    {
        await using var gate = await Gate.Open();
        var good = gate.CookieOf(Some.Cheese);

        foreach (var bad in Spoiled(good).Append(gate.CookieOf(Some.Cheese, life: TimeSpan.Zero)))
        {
            using var answer = await gate.Ask("cookbooks.example.com", cookie: bad);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        }

        Assert.Equal(0, gate.Known.Count);
    }

    [Theory]
    [InlineData("oauth")]
    [InlineData("")]
    [InlineData("INTERCEPTOR")]
    public async Task a_session_whose_provider_did_not_approve_forward_auth_opens_no_door(string mode)
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", cookie: gate.CookieOf(Some.Cheese, change: session => session with { Mode = mode }));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Fact]
    [Trait("Attack", "18")]
    public async Task a_cookie_tossed_in_by_a_sibling_domain_does_not_hide_the_real_one()
    {
        await using var gate = await Gate.Open();
        var good = gate.CookieOf(Some.Cheese);

        using var third = await gate.Ask("cookbooks.example.com", headers: new() { ["Cookie"] = $"a=b; uitsmijter-sso=junk; uitsmijter-sso={gate.CookieOf(Some.Egg)};uitsmijter-sso={good}; z" });

        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    [Trait("Attack", "18")]
    public async Task a_browser_full_of_forged_cookies_is_still_logged_in_by_the_real_one()
    {
        await using var gate = await Gate.Open();
        var good = gate.CookieOf(Some.Cheese);
        var parts = good.Split('.');
        var forged = string.Concat(Enumerable.Range(0, 150).Select(number => $"uitsmijter-sso={parts[0]}.{Some.Base64Url($"forged {number}")}.{parts[2]}; "));

        using var answer = await gate.Ask("cookbooks.example.com", headers: new() { ["Cookie"] = $"{forged}uitsmijter-sso={good}" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    [Trait("Attack", "18")]
    public async Task a_genuine_cookie_for_something_else_does_not_hide_the_one_that_opens_the_door()
    {
        await using var gate = await Gate.Open();
        var other = gate.CookieOf(Some.Cheese, change: static session => session with { Mode = "oauth", Sid = "another" });

        using var answer = await gate.Ask("cookbooks.example.com", headers: new() { ["Cookie"] = $"uitsmijter-sso={other}; uitsmijter-sso={gate.CookieOf(Some.Cheese)}" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    [Trait("Attack", "48")]
    public async Task a_gateway_cut_off_from_its_silos_does_not_decide_longer_because_its_clock_was_set_back()
    {
        await using var gate = await Gate.Open();
        gate.Cluster.IsDown = true;

        gate.Clock.Advance(TimeSpan.FromSeconds(61));
        gate.Clock.SetBack = TimeSpan.FromMinutes(1);
        using var answer = await gate.Ask("cookbooks.example.com", "/public/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_revoked_session_is_refused_although_its_cookie_is_known_and_valid()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese);
        using var before = await gate.Ask("cookbooks.example.com", cookie: cookie);
        gate.Cluster.Revoke(RevocationKind.Session, Some.Session(Some.Cheese).Sid);
        await gate.Until(() => gate.Revocations.Count == 1);

        using var after = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, after.StatusCode);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task an_expired_cookie_is_refused_although_it_is_known()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese, life: TimeSpan.FromMinutes(10));
        using var before = await gate.Ask("cookbooks.example.com", cookie: cookie);
        await gate.Advance(TimeSpan.FromMinutes(10));

        using var after = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, after.StatusCode);
    }

    [Fact]
    public async Task an_edited_tenant_counts_at_the_next_request_of_a_known_cookie()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese);
        using var before = await gate.Ask("cookbooks.example.com", cookie: cookie);
        gate.Cluster.Configure([Some.Cheese with { Interceptor = Some.Cheese.Interceptor with { Headers = [new IdentityHeader("X-City", "profile.city")] } }]);
        HttpResponseMessage? after = null;
        await gate.Until(async () => (after = await gate.Ask("cookbooks.example.com", cookie: cookie)).Headers.Contains("X-City"));

        Assert.False(before.Headers.Contains("X-City"));
        Assert.Equal("K%C3%B6ln", after!.Headers.GetValues("X-City").Single());
        Assert.False(after.Headers.Contains("X-User-Email"));
    }

    [Fact]
    public async Task a_cookie_key_that_was_taken_away_takes_its_known_cookies_along()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese);
        using var before = await gate.Ask("cookbooks.example.com", cookie: cookie);
        gate.Cluster.ChangeKeys(Some.Cheese, static keys => keys with { CookieKeys = [keys.CookieKeys[0] with { Key = [.. new byte[32]] }] });
        await gate.Advance(TimeSpan.FromMinutes(6));

        await gate.Until(async () => (await gate.Ask("cookbooks.example.com", cookie: cookie)).StatusCode == HttpStatusCode.Redirect);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_gateway_cut_off_from_its_silos_decides_on_until_the_limit_and_then_allows_nothing()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese);
        using var before = await gate.Ask("cookbooks.example.com", cookie: cookie);
        gate.Cluster.IsDown = true;

        gate.Clock.Advance(TimeSpan.FromSeconds(59));
        using var within = await gate.Ask("cookbooks.example.com", cookie: cookie);
        gate.Clock.Advance(TimeSpan.FromSeconds(2));
        using var past = await gate.Ask("cookbooks.example.com", cookie: cookie);
        using var publicPath = await gate.Ask("cookbooks.example.com", "/public/a");
        gate.Cluster.IsDown = false;
        await gate.Advance(TimeSpan.FromSeconds(1));
        using var again = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.Equal(HttpStatusCode.OK, within.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, past.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, publicPath.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task without_the_tenants_keys_nothing_is_allowed()
    {
        await using var gate = await Gate.Open();
        gate.Cluster.IsDown = true;

        using var answer = await gate.Ask("cookbooks.example.com", cookie: gate.CookieOf(Some.Cheese));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task a_preflight_request_passes_only_where_the_tenant_says_so_and_only_as_one()
    {
        var open = Some.Cheese with { Interceptor = Some.Cheese.Interceptor with { AllowPreflight = true } };
        await using var gate = await Gate.Open([open, Some.Egg]);
        Dictionary<string, string> preflight = new() { ["X-Forwarded-Method"] = "OPTIONS", ["Origin"] = "https://spa.example.com", ["Access-Control-Request-Method"] = "PUT" };

        using var allowed = await gate.Ask("cookbooks.example.com", headers: preflight);
        using var closed = await gate.Ask("yolk.egg.example.com", headers: preflight);
        using var halved = await gate.Ask("cookbooks.example.com", headers: new() { ["X-Forwarded-Method"] = "OPTIONS", ["Origin"] = "https://spa.example.com" });
        using var disguised = await gate.Ask("cookbooks.example.com", headers: new(preflight) { ["X-Forwarded-Method"] = "PUT" });

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal("", allowed.Headers.GetValues("X-User-Ident").Single());
        Assert.All(new[] { closed, halved, disguised }, static answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
    }

    internal static IEnumerable<string> Spoiled(string good)
    {
        var parts = good.Split('.');
        yield return good[..^1];
        yield return good + "A";
        yield return good + "=";
        yield return good[..^1] + (good[^1] == 'A' ? 'B' : 'A');
        yield return $"{parts[0]}.{parts[1]}";
        yield return $"{parts[0]}.{parts[1]}.";
        yield return $"{parts[0]}..{parts[2]}";
        yield return $".{parts[1]}.{parts[2]}";
        yield return $"{good}.{parts[2]}";
        yield return $"\"{good}\"";
        yield return Uri.EscapeDataString(good.Replace('.', '+'));
        yield return new string('a', 5000);
        yield return "invalid";
        yield return $"{Some.Base64Url("""{"alg":"none","typ":"uitsmijter-sso+jwt"}""")}.{parts[1]}.";
        yield return $"{Some.Base64Url("""{"typ":"uitsmijter-sso+jwt","alg":"HS256"}""")}.{parts[1]}.{parts[2]}";
        yield return $"{Some.Base64Url("""{"alg":"HS256","typ":"uitsmijter-sso+jwt","crit":["b64"],"b64":false}""")}.{parts[1]}.{parts[2]}";
        yield return $"{parts[0]}.{Some.Base64Url(Some.Text(parts[1]).Replace("\"user\"", "\"admin\"", StringComparison.Ordinal))}.{parts[2]}";
    }
}
