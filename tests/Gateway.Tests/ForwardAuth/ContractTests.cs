using System.Net;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Acceptance items 49 to 52, 71, 72 and 74 of the contract; where design §4 decided otherwise the name says so.</summary>
public sealed class ContractTests
{
    [Fact]
    [Trait("Contract", "http 49")]
    public async Task without_a_token_a_navigation_is_sent_to_the_login_page_of_the_public_domain_when_the_tenant_names_none()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("127.0.0.1", "/test?a=1", dialect: "/interceptor", headers: new() { ["X-Forwarded-Proto"] = "http" });

        Assert.Equal(307, (int)answer.StatusCode);
        Assert.Equal("http://localhost:8080/login?for=http%3A%2F%2F127.0.0.1%2Ftest%3Fa%3D1&mode=interceptor", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    [Trait("Contract", "http 50")]
    public async Task an_unknown_host_is_answered_400_with_or_without_a_token()
    {
        await using var gate = await Gate.Open();

        using var anonymous = await gate.Ask("unknown.test", dialect: "/interceptor", headers: new() { ["Accept"] = "application/json" });
        using var known = await gate.Ask("unknown.test", cookie: gate.CookieOf(Some.Cheese), dialect: "/interceptor", headers: new() { ["Accept"] = "application/json" });

        Assert.Equal(HttpStatusCode.BadRequest, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, known.StatusCode);
        Assert.Contains("\"reason\":\"ERRORS.NO_TENANT\"", await known.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 50")]
    [Trait("Attack", "20")]
    public async Task a_foreign_tenants_cookie_leads_a_person_to_the_login_page_and_not_to_403_as_design_4_decided()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese);

        using var navigation = await gate.Ask("yolk.egg.example.com", cookie: cookie, dialect: "/interceptor");
        using var script = await gate.Ask("yolk.egg.example.com", cookie: cookie, dialect: "/interceptor", headers: new() { ["Sec-Fetch-Mode"] = "cors" });

        Assert.Equal(307, (int)navigation.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, script.StatusCode);
        Assert.StartsWith("https://login.example.com/login?for=https%3A%2F%2Fyolk.egg.example.com", script.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 51")]
    public async Task a_valid_token_is_let_through_without_a_cookie_in_the_answer_with_and_without_an_interceptor_block()
    {
        await using var gate = await Gate.Open();

        using var configured = await gate.Ask("cookbooks.example.com", cookie: gate.CookieOf(Some.Cheese), dialect: "/interceptor");
        using var plain = await gate.Ask("localhost", cookie: gate.CookieOf(Some.Plain), dialect: "/interceptor");

        Assert.All(new[] { configured, plain }, static answer =>
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
            Assert.Equal(0, answer.Content.Headers.ContentLength);
        });
    }

    [Fact]
    [Trait("Contract", "http 51")]
    public async Task a_tenant_that_switched_forward_auth_off_is_answered_403()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("pepper.example.com", cookie: gate.CookieOf(Some.Pepper), dialect: "/interceptor", headers: new() { ["Accept"] = "application/json" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("\"reason\":\"ERRORS.TENANT_NOT_ALLOWED\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 52")]
    public async Task past_three_quarters_of_its_life_a_cookie_is_renewed_for_the_tenants_cookie_domain()
    {
        await using var gate = await Gate.Open();
        gate.Cluster.Renew = (_, _, life) => new SessionOutcome.Alive(Some.Session(Some.Cheese) with { ExpiresAt = gate.Clock.GetUtcNow() + life });
        var cookie = gate.CookieOf(Some.Cheese);
        await gate.Advance(Some.CookieLife * 0.75);

        using var answer = await gate.Ask("cookbooks.example.com", cookie: cookie, dialect: "/interceptor");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var set = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("uitsmijter-sso=", set, StringComparison.Ordinal);
        Assert.DoesNotContain(cookie, set, StringComparison.Ordinal);
        Assert.Contains("; Domain=.example.com; Path=/; Secure; HttpOnly; SameSite=Lax", set, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 71")]
    public async Task the_login_address_is_the_contracts_with_its_target_fully_encoded_as_design_4_decided()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", "/a%2Fb?x=1&y=ü&z=%23", dialect: "/interceptor");

        Assert.Equal(
            "https://login.example.com/login?for=https%3A%2F%2Fcookbooks.example.com%2Fa%252Fb%3Fx%3D1%26y%3D%C3%BC%26z%3D%2523&mode=interceptor",
            answer.Headers.GetValues("Location").Single());
    }

    [Fact]
    [Trait("Contract", "http 72")]
    public async Task a_login_opens_sibling_and_wildcard_hosts_and_only_one_host_where_silent_login_is_off()
    {
        await using var gate = await Gate.Open();
        var egg = gate.CookieOf(Some.Egg);
        var ham = gate.CookieOf(Some.Ham, "page.ham.test");

        Assert.Equal(200, await StatusOf(gate, "cookbooks.example.com", gate.CookieOf(Some.Cheese)));
        Assert.Equal(200, await StatusOf(gate, "goat.example.com", gate.CookieOf(Some.Cheese)));
        Assert.Equal(200, await StatusOf(gate, "yolk.egg.example.com", egg));
        Assert.Equal(200, await StatusOf(gate, "white.egg.example.com", egg));
        Assert.Equal(200, await StatusOf(gate, "page.ham.test", ham));
        Assert.Equal(307, await StatusOf(gate, "shop.ham.test", ham));
    }

    [Fact]
    [Trait("Contract", "http 74")]
    [Trait("Contract", "configuration 51")]
    public async Task a_user_who_became_invalid_sees_the_error_page_once_and_the_session_ends()
    {
        await using var gate = await Gate.Open();
        gate.Cluster.Validate = static _ => Task.FromResult<ValidationOutcome>(new ValidationOutcome.Invalid());
        var cookie = gate.CookieOf(Some.Cheese);
        await gate.Advance(Some.CookieLife * 0.8);

        using var answer = await gate.Ask("cookbooks.example.com", cookie: cookie, dialect: "/interceptor");

        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("<title>Error", page, StringComparison.Ordinal);
        Assert.Contains("ERRORS.INVALIDATE", page, StringComparison.Ordinal);
        Assert.Equal([(Some.Session(Some.Cheese).Sid, SessionEnd.UserInvalid)], gate.Cluster.Ended);
    }

    [Fact]
    public async Task a_tenant_may_have_302_instead_of_307()
    {
        await using var gate = await Gate.Open([Some.Cheese with { Interceptor = Some.Cheese.Interceptor with { RedirectStatus = 302 } }]);

        var status = await StatusOf(gate, "cookbooks.example.com", cookie: null);

        Assert.Equal(302, status);
    }

    private static async Task<int> StatusOf(Gate gate, string host, string? cookie)
    {
        using var answer = await gate.Ask(host, cookie: cookie, dialect: "/interceptor");
        return (int)answer.StatusCode;
    }
}
