using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>The question whether a client may have what it asks for (OpenID Connect Core §3.1.2.4), against a running server.</summary>
public sealed class Consent(Worlds worlds)
{
    /// <summary>A request that asks, of a client of the tenant whose login page the proxies show.</summary>
    public const string Request = Plain + "&prompt=consent";

    /// <summary>The same without a question.</summary>
    public const string Plain =
        "/authorize?response_type=code&client_id=" + CheeseWeb + "&redirect_uri=https%3A%2F%2Fapp.shop.test%2Fcallback&scope=openid%20profile%20email%20orders%3Aread"
        + "&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    public const string CheeseWeb = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a14";

    /// <summary>A client whose people are always asked.</summary>
    public const string Asking = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a15";

    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "39")]
    public async Task a_person_who_allows_sends_the_client_its_code(bool overRedis)
    {
        using var client = new RelyingParty(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        using var question = await Question(client);
        var html = await question.Content.ReadAsStringAsync();

        using var answer = await client.Consent(question, "allow");
        var told = RelyingParty.Parameters(answer);
        var (status, tokens, _) = await client.Exchange(told["code"]);

        Assert.Contains("shop-web", html, StringComparison.Ordinal);
        Assert.Contains("see your name and profile", html, StringComparison.Ordinal);
        Assert.Contains("orders:read", html, StringComparison.Ordinal);
        Assert.Contains("DENY", question.Headers.GetValues("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", question.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("a b&c=d", told["state"]);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("openid orders:read profile", tokens.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task a_person_who_declines_sends_the_client_a_refusal()
    {
        using var client = await Shop();
        using var question = await Question(client);

        using var answer = await client.Consent(question, "deny");

        var told = RelyingParty.Parameters(answer);
        Assert.Equal("access_denied", told["error"]);
        Assert.Equal("a b&c=d", told["state"]);
        Assert.False(told.ContainsKey("code"));
    }

    [Fact]
    [Trait("Attack", "39")]
    public async Task an_answer_of_another_browser_or_without_its_seal_gives_nothing()
    {
        using var client = await Shop();
        using var other = await Shop();
        using var question = await Question(client);
        using var forged = new HttpResponseMessage { Content = new StringContent((await question.Content.ReadAsStringAsync()).Replace("name=\"ticket\" value=\"", "name=\"ticket\" value=\"x", StringComparison.Ordinal)) };

        using var stranger = await other.Consent(question, "allow");
        using var broken = await client.Consent(forged, "allow");
        using var get = await client.Get("/consent?answer=allow");

        Assert.Equal(HttpStatusCode.Forbidden, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, broken.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
        Assert.Null(stranger.Headers.Location);
    }

    [Fact]
    public async Task a_question_answered_after_the_logout_asks_for_a_login()
    {
        using var client = await Shop();
        using var question = await Question(client);
        using var bye = await client.Get("/logout/finalize?location=/");

        using var answer = await client.Consent(question, "allow");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("Please log in once more", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_login_page_that_is_shown_again_with_a_used_proof_still_leads_to_the_client()
    {
        // The proof of the first login stood in the request twice, and the request could not be read any more.
        using var client = await Shop();
        using var asked = await client.Authorize(new(client.Request()) { ["prompt"] = "login" });
        using var first = await client.LogIn(asked);
        using var code = await client.Get(first.Headers.Location!.OriginalString);
        using var reloaded = await client.Get(first.Headers.Location!.OriginalString);
        using var second = await client.LogIn(reloaded);

        using var again = await client.Get(second.Headers.Location!.OriginalString);

        Assert.True(RelyingParty.Parameters(again).ContainsKey("code"));
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "32")]
    [Trait("Attack", "39")]
    public async Task a_pushed_request_whose_answer_is_posted_passes_through_the_question(bool overRedis)
    {
        using var client = new RelyingParty(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.shop.test", Asking, RelyingParty.Secret);
        var reference = await client.Push(new(client.Request()) { ["response_mode"] = "form_post" });
        using var question = await client.Arrive(reference);
        var html = await question.Content.ReadAsStringAsync();

        using var page = await client.Consent(question, "allow");
        var fields = await RelyingParty.Fields(page);
        var (status, tokens, _) = await client.Exchange(fields["code"]);
        using var again = await client.Consent(question, "allow");

        Assert.Contains("shop-asking", html, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' https://app.shop.test", question.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains($"action=\"{RelyingParty.Callback}\" method=\"post\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["code", "state", "iss"], fields.Keys);
        Assert.Equal((HttpStatusCode.OK, "openid orders:read profile"), (status, tokens.GetProperty("scope").GetString()));
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
    }

    [Fact]
    [Trait("Attack", "39")]
    public async Task an_answer_that_is_sent_again_is_no_other_fresh_login()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", Asking, RelyingParty.Secret);
        using var question = await client.Arrive(new(client.Request()) { ["prompt"] = "login" });

        using var first = await client.Consent(question, "allow");
        using var again = await client.Consent(question, "allow");

        Assert.True(RelyingParty.Parameters(first).ContainsKey("code"));
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.Null(again.Headers.Location);
    }

    [Fact]
    public async Task a_person_who_declines_a_pushed_request_posts_the_refusal_to_the_client()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", Asking, RelyingParty.Secret);
        using var question = await client.Arrive(await client.Push(new(client.Request()) { ["response_mode"] = "form_post" }));

        using var page = await client.Consent(question, "deny");

        var fields = await RelyingParty.Fields(page);
        Assert.Equal(("access_denied", "a b&c=d"), (fields["error"], fields["state"]));
        Assert.False(fields.ContainsKey("code"));
    }

    [Fact]
    [Trait("Attack", "39")]
    public async Task a_client_whose_people_are_asked_asks_once_per_session_and_again_for_more()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", Asking, RelyingParty.Secret);
        using var question = await client.Arrive(client.Request("openid profile"));
        using var allowed = await client.Consent(question, "allow");

        var same = await client.Answer(client.Request("openid profile"));
        var silent = await client.Answer(new(client.Request("openid")) { ["prompt"] = "none" });
        var more = await client.Answer(new(client.Request("openid profile email")) { ["prompt"] = "none" });
        using var asked = await client.Authorize(client.Request("openid profile email"));
        using var anew = await client.Authorize(new(client.Request("openid")) { ["prompt"] = "consent" });
        // An answer to less says nothing about more, and counts once.
        using var widened = await client.Consent(question, "allow");

        Assert.True(RelyingParty.Parameters(allowed).ContainsKey("code"));
        Assert.True(same.ContainsKey("code"));
        Assert.True(silent.ContainsKey("code"));
        Assert.Equal("consent_required", more["error"]);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Contains("name=\"answer\"", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, anew.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, widened.StatusCode);
    }

    [Fact]
    [Trait("Standard", "RFC 8707")]
    [Trait("Attack", "39")]
    public async Task claims_and_resources_are_told_in_words_and_handed_over_only_to_whom_the_person_agreed()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", Asking, RelyingParty.Secret);
        using var little = await client.Arrive(client.Request("openid"));
        using var agreed = await client.Consent(little, "allow");
        var more = new Dictionary<string, string>(client.Request("openid")) { ["claims"] = """{"id_token":{"email":null},"userinfo":{"shoe":null}}""" };
        var elsewhere = new Dictionary<string, string>(client.Request("openid")) { ["resource"] = "https://api.shop.test/orders" };

        var silentClaims = await client.Answer(new(more) { ["prompt"] = "none" });
        var silentResource = await client.Answer(new(elsewhere) { ["prompt"] = "none" });
        using var declining = await client.Authorize(more);
        using var declined = await client.Consent(declining, "deny");
        var stillSilent = await client.Answer(new(more) { ["prompt"] = "none" });
        using var asking = await client.Authorize(new(more) { ["resource"] = "https://api.shop.test/orders" });
        var html = WebUtility.HtmlDecode(await asking.Content.ReadAsStringAsync());
        using var allowed = await client.Consent(asking, "allow");
        var (_, tokens, _) = await client.Exchange(RelyingParty.Parameters(allowed)["code"]);
        var again = await client.Answer(new(elsewhere) { ["prompt"] = "none" });

        Assert.True(RelyingParty.Parameters(agreed).ContainsKey("code"));
        Assert.Equal("consent_required", silentClaims["error"]);
        Assert.Equal("consent_required", silentResource["error"]);
        Assert.Equal("access_denied", RelyingParty.Parameters(declined)["error"]);
        Assert.Equal("consent_required", stillSilent["error"]);
        Assert.Contains("see your e-mail address", html, StringComparison.Ordinal);
        Assert.Contains("see your “shoe”", html, StringComparison.Ordinal);
        Assert.Contains("use this access at https://api.shop.test/orders", html, StringComparison.Ordinal);
        Assert.Equal("ada@example.com", new JsonWebToken(tokens.GetProperty("id_token").GetString()).GetClaim("email").Value);
        Assert.Equal(["https://api.shop.test/orders"], new JsonWebToken(tokens.GetProperty("access_token").GetString()).Audiences);
        Assert.True(again.ContainsKey("code"));
    }

    [Fact]
    [Trait("Attack", "39")]
    public async Task nothing_a_client_asks_for_hides_behind_a_long_list()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", Asking, RelyingParty.Secret);
        var scopes = "openid " + string.Join(' ', Enumerable.Range(0, 150).Select(static number => $"orders:{number:000}"));
        using var question = await client.Arrive(new(client.Request(scopes)) { ["claims"] = """{"userinfo":{"email":null}}""" });

        var html = await question.Content.ReadAsStringAsync();

        Assert.Contains("orders:149", html, StringComparison.Ordinal);
        Assert.Contains("see your e-mail address", html, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "39")]
    public async Task a_question_that_stayed_open_longer_than_max_age_gives_no_login_older_than_that()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", Asking, RelyingParty.Secret);
        var request = new Dictionary<string, string>(client.Request()) { ["max_age"] = "1" };
        using var question = await client.Arrive(request);
        await CodeFlow.Until(async () => (await client.Answer(new(request) { ["prompt"] = "none" }))["error"] == "login_required");

        using var late = await client.Consent(question, "allow");
        var page = await late.Content.ReadAsStringAsync();
        using var login = await client.LogIn(late);
        using var anew = await client.Get(login.Headers.Location!.OriginalString);

        Assert.Equal(HttpStatusCode.OK, question.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Contains("data-error=\"CONSENT.ERRORS.LOGIN_AGAIN\"", page, StringComparison.Ordinal);
        // A new login is a new session: it is asked for itself.
        Assert.Contains("name=\"answer\"", await anew.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "39")]
    public async Task a_seal_of_one_form_opens_no_other()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", Asking, RelyingParty.Secret);
        using var question = await client.Arrive(client.Request());
        var ticket = (await RelyingParty.Fields(question))["ticket"];

        // Seals have purposes: that of consent opens no login, device or logout, and that of a login no consent.
        using var device = await client.Submit(new Dictionary<string, string> { ["ticket"] = ticket, ["answer"] = "allow" }, "/activate");
        using var login = await client.Submit(new Dictionary<string, string> { ["ticket"] = ticket, ["username"] = "ada@example.com", ["password"] = "correct horse" }, "/login");
        using var form = await client.Get("/activate");
        using var other = await client.Submit(new Dictionary<string, string> { ["ticket"] = (await RelyingParty.Fields(form))["ticket"], ["answer"] = "allow" }, "/consent");

        Assert.Equal(HttpStatusCode.Forbidden, device.StatusCode);
        Assert.True((int)login.StatusCode >= 400);
        Assert.DoesNotContain(login.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [], static cookie => cookie.StartsWith("uitsmijter-sso", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
    }

    /// <summary>Logs in on the way to the question.</summary>
    private static async Task<HttpResponseMessage> Question(RelyingParty client)
    {
        using var login = await client.Authorize(new(client.Request()) { ["prompt"] = "consent" });
        using var sent = await client.LogIn(login);
        var question = await client.Get(sent.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, question.StatusCode);
        return question;
    }

    private async Task<RelyingParty> Shop() => new(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
}
