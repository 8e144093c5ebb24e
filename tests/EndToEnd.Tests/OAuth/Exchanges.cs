using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Token exchange (RFC 8693) against a running server.</summary>
[Trait("Standard", "RFC 8693")]
public sealed class Exchanges(Worlds worlds)
{
    private const string Access = "urn:ietf:params:oauth:token-type:access_token";
    private const string Identity = "urn:ietf:params:oauth:token-type:id_token";

    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "25")]
    public async Task a_service_gets_a_token_of_the_person_it_serves_and_nothing_more(bool overRedis)
    {
        using var kitchen = await Client(GrantClients.Password, overRedis);
        using var service = await Client(GrantClients.Service, overRedis);
        var subject = await kitchen.Post(Passwords.Form(scope: "access openid"));

        var tokens = await service.Post(Form(subject, ("scope", "access openid user:list admin:write"), ("audience", "stock"), ("resource", "https://stock.test")));
        var (before, after) = (new JsonWebToken(subject.Text("access_token")), new JsonWebToken(tokens.Text("access_token")));

        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal(Access, tokens.Text("issued_token_type"));
        Assert.Equal("access user:list", tokens.Text("scope"));
        Assert.False(tokens.Body.TryGetProperty("refresh_token", out _));
        Assert.False(tokens.Body.TryGetProperty("id_token", out _));
        Assert.Equal(before.Subject, after.Subject);
        Assert.Equal(before.GetClaim("sid").Value, after.GetClaim("sid").Value);
        Assert.Equal(["https://stock.test", "stock"], after.Audiences.Order(StringComparer.Ordinal));
        Assert.Equal(GrantClients.Service, after.GetClaim("client_id").Value);
        Assert.True(after.ValidTo <= before.ValidTo);
        Assert.False(after.TryGetClaim("act", out _));
    }

    [Fact]
    [Trait("Attack", "25")]
    public async Task a_delegate_says_who_acts_and_the_trace_grows()
    {
        using var kitchen = await Client(GrantClients.Password);
        using var first = await Client(GrantClients.Delegate);
        using var service = await Client(GrantClients.Service);
        var subject = await kitchen.Post(Passwords.Form(scope: "access"));
        var self = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        var (actor, foreign) = (await first.Post(self), await service.Post(self));

        var silent = await first.Post(Form(subject));
        var wrongActor = await first.Post(Form(subject, ("actor_token", foreign.Text("access_token")), ("actor_token_type", Access)));
        var tokens = await first.Post(Form(subject, ("actor_token", actor.Text("access_token")), ("actor_token_type", Access)));
        var again = await first.Post(Form(tokens, ("actor_token", actor.Text("access_token")), ("actor_token_type", Access)));

        Assert.Equal("invalid_request", silent.Error);
        Assert.Equal("invalid_request", wrongActor.Error);
        Assert.Equal($$"""{"sub":"client:{{GrantClients.Delegate}}","client_id":"{{GrantClients.Delegate}}"}""", ActorOf(tokens));
        Assert.Equal($$"""{"sub":"client:{{GrantClients.Delegate}}","client_id":"{{GrantClients.Delegate}}","act":{{ActorOf(tokens)}}}""", ActorOf(again));
    }

    [Fact]
    [Trait("Attack", "25")]
    [Trait("Attack", "29")]
    [Trait("Attack", "30")]
    public async Task what_is_no_token_for_this_client_is_refused()
    {
        using var kitchen = await Client(GrantClients.Password);
        using var service = await Client(GrantClients.Service);
        using var shop = new BoundParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var subject = await kitchen.Post(Passwords.Form(scope: "access openid"));
        var foreign = await shop.Post(new() { ["grant_type"] = "client_credentials" });
        var text = subject.Text("access_token");

        Assert.Equal("invalid_request", (await service.Post(Form(foreign))).Error);
        Assert.Equal("invalid_request", (await service.Post(new(Form(subject)) { ["subject_token"] = text[..^4] + "AAAA" })).Error);
        Assert.Equal("invalid_request", (await service.Post(new(Form(subject)) { ["subject_token"] = subject.Text("id_token") })).Error);
        Assert.Equal("invalid_request", (await service.Post(new(Form(subject)) { ["subject_token_type"] = Identity })).Error);
        Assert.Equal("invalid_request", (await service.Post(new(Form(subject)) { ["subject_token_type"] = "urn:ietf:params:oauth:token-type:refresh_token" })).Error);
        Assert.Equal("invalid_request", (await service.Post(Form(subject, ("requested_token_type", Identity)))).Error);
        Assert.Equal("invalid_request", (await service.Post(Form(subject, ("actor_token_type", Access)))).Error);
        Assert.Equal("invalid_target", (await service.Post(Form(subject, ("audience", "bank")))).Error);
        Assert.Equal("invalid_target", (await service.Post(Form(subject, ("resource", "https://bank.test")))).Error);
        Assert.Equal("unauthorized_client", (await kitchen.Post(Form(subject))).Error);
    }

    [Fact]
    public async Task an_id_token_stands_for_its_person_and_grants_no_scope()
    {
        using var kitchen = await Client(GrantClients.Password);
        using var service = await Client(GrantClients.Service);
        var subject = await kitchen.Post(Passwords.Form(scope: "access openid"));

        var tokens = await service.Post(new(Form(subject)) { ["subject_token"] = subject.Text("id_token"), ["subject_token_type"] = Identity });

        Assert.Equal("", tokens.Text("scope"));
        Assert.Equal("subject-of-ada@example.com", new JsonWebToken(tokens.Text("access_token")).Subject);
    }

    [Fact]
    [Trait("Attack", "24")]
    [Trait("Attack", "25")]
    public async Task an_id_token_buys_nothing_once_its_grant_is_revoked()
    {
        using var kitchen = await Client(GrantClients.Password);
        using var service = await Client(GrantClients.Service);
        var subject = await kitchen.Post(kitchen.OfCode((await kitchen.Party.Answer(kitchen.Party.Request("access openid")))["code"]));
        var form = new Dictionary<string, string>(Form(subject)) { ["subject_token"] = subject.Text("id_token"), ["subject_token_type"] = Identity };
        var before = await service.Post(form);

        var revoked = await kitchen.Send(HttpMethod.Post, "/revoke", new() { ["token"] = subject.Text("refresh_token") });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (before.Status, revoked.Status));
        await CodeFlow.Until(async () => (await service.Post(form)).Error == "invalid_request");
    }

    [Fact]
    [Trait("Attack", "25")]
    public async Task a_plus_inside_a_scope_makes_no_second_scope_of_it()
    {
        using var kitchen = await Client(GrantClients.Password);
        using var service = await Client(GrantClients.Service);
        var subject = await kitchen.Post(new(Passwords.Form()) { ["username"] = "plus@example.com" });

        var all = await service.Post(Form(subject));
        var asked = await service.Post(Form(subject, ("scope", "access")));

        // The person's script named one scope with a plus; "access", which the service could have, was never granted.
        Assert.Equal("user:a+access", subject.Text("scope"));
        Assert.Equal(("", ""), (all.Text("scope"), asked.Text("scope")));
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "24")]
    [Trait("Attack", "25")]
    public async Task the_end_of_a_session_ends_what_was_exchanged(bool overRedis)
    {
        using var kitchen = await Client(GrantClients.Password, overRedis);
        using var service = await Client(GrantClients.Service, overRedis);
        var request = kitchen.Party.Request("access");
        var subject = await kitchen.Post(kitchen.OfCode((await kitchen.Party.Answer(request))["code"]));
        var tokens = await service.Post(Form(subject));
        var bearer = ("Authorization", "Bearer " + tokens.Text("access_token"));
        var before = await service.Send(HttpMethod.Get, "/token/info", null, bearer);

        using var bye = await kitchen.Party.Get("/logout/finalize?location=/");

        Assert.Equal(HttpStatusCode.OK, before.Status);
        await CodeFlow.Until(async () => (await service.Send(HttpMethod.Get, "/token/info", null, bearer)).Status == HttpStatusCode.Unauthorized);
        Assert.Equal("invalid_request", (await service.Post(Form(subject))).Error);
    }

    [Fact]
    [Trait("Attack", "33")]
    public async Task a_bound_token_is_exchanged_by_its_key_alone()
    {
        using var kitchen = await Client(GrantClients.Password);
        using var service = await Client(GrantClients.Service);
        var subject = await kitchen.Token(Passwords.Form(scope: "access"), service.Key);

        var bare = await service.Post(Form(subject));
        var foreign = await service.Token(Form(subject), kitchen.Key);
        var own = await service.Token(Form(subject), service.Key);

        Assert.Equal("invalid_dpop_proof", bare.Error);
        Assert.Equal("invalid_dpop_proof", foreign.Error);
        Assert.Equal("DPoP", own.Text("token_type"));
    }

    private static string ActorOf(Told tokens) => new JsonWebToken(tokens.Text("access_token")).GetPayloadValue<System.Text.Json.JsonElement>("act").GetRawText();

    private static Dictionary<string, string> Form(Told subject, params (string Name, string Value)[] more)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["subject_token"] = subject.Text("access_token"),
            ["subject_token_type"] = Access,
        };
        foreach (var (name, value) in more)
        {
            form[name] = value;
        }

        return form;
    }

    private async Task<BoundParty> Client(string ident, bool overRedis = false) =>
        new(await (overRedis ? worlds.OverRedis : worlds.Embedded), GrantClients.Host, ident, RelyingParty.Secret);
}
