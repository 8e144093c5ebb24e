using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>DPoP (RFC 9449) at every endpoint of a running server.</summary>
[Trait("Attack", "33")]
[Trait("Standard", "RFC 9449")]
public sealed class Dpop(Worlds worlds)
{
    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    public async Task only_the_key_of_a_public_client_opens_and_refreshes_what_it_got(bool overRedis)
    {
        using var client = await Spa(overRedis);
        using var thief = new DpopKey();

        var tokens = await client.Token(client.OfCode((await client.Party.Answer(client.Party.Request()))["code"]));
        var access = tokens.Text("access_token");
        var bare = await client.Post(BoundParty.OfRefresh(tokens));
        var foreign = await client.Token(BoundParty.OfRefresh(tokens), thief);
        var fresh = await client.Token(BoundParty.OfRefresh(tokens), client.Key);

        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Contains(client.Key.Jkt, new JsonWebToken(access).GetClaim("cnf").Value, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (bare.Status, bare.Error));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (foreign.Status, foreign.Error));
        Assert.Equal("DPoP", fresh.Text("token_type"));
        Assert.Equal(HttpStatusCode.OK, (await client.Ask("/userinfo", access)).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.Ask("/token/info", access)).Status);
        Assert.Equal("invalid_token", (await client.Ask("/userinfo", access, thief)).Error);
    }

    [Fact]
    public async Task a_bound_token_is_no_bearer_token_and_a_bearer_token_has_no_key()
    {
        using var client = await Spa(overRedis: false);
        var code = (await client.Party.Answer(client.Party.Request()))["code"];
        var access = (await client.Token(client.OfCode(code))).Text("access_token");
        var free = (await client.Post(client.OfCode((await client.Party.Answer(client.Party.Request()))["code"]))).Text("access_token");

        var asBearer = await client.Send(HttpMethod.Get, "/userinfo", null, ("Authorization", "Bearer " + access));
        var withoutProof = await client.Send(HttpMethod.Get, "/userinfo", null, ("Authorization", "DPoP " + access));
        var nobody = await client.Send(HttpMethod.Get, "/userinfo", null);
        var freeWithKey = await client.Ask("/userinfo", free);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (asBearer.Status, asBearer.Error));
        Assert.Contains("DPoP realm=\"uitsmijter\", algs=\"ES256 PS256 RS256\"", asBearer.Challenge, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_dpop_proof"), (withoutProof.Status, withoutProof.Error));
        Assert.StartsWith("DPoP ", withoutProof.Challenge, StringComparison.Ordinal);
        Assert.Contains("DPoP ", nobody.Challenge, StringComparison.Ordinal);
        Assert.Equal("invalid_token", freeWithKey.Error);
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_proof_is_good_once(bool overRedis)
    {
        using var client = await Web(overRedis);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = "orders:read" };
        var access = (await client.Token(form, client.Key)).Text("access_token");
        var proof = client.Proof("POST", "/token");
        var atResource = client.Proof("GET", "/token/info", access);

        var first = await client.Post(form, proof);
        var second = await client.Post(form, proof);
        var opened = await client.Send(HttpMethod.Get, "/token/info", null, ("Authorization", "DPoP " + access), ("DPoP", atResource));
        var replayed = await client.Send(HttpMethod.Get, "/token/info", null, ("Authorization", "DPoP " + access), ("DPoP", atResource));

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (second.Status, second.Error));
        Assert.Equal(HttpStatusCode.OK, opened.Status);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_dpop_proof"), (replayed.Status, replayed.Error));
    }

    [Fact]
    public async Task a_code_is_not_burnt_by_a_proof_that_was_used_before()
    {
        using var client = await Spa(overRedis: false);
        await client.Token(client.OfCode("none"), client.Key);
        var code = (await client.Party.Answer(client.Party.Request()))["code"];
        var other = (await client.Party.Answer(client.Party.Request()))["code"];
        var proof = client.Proof("POST", "/token");

        var first = await client.Post(client.OfCode(code), proof);
        var replayed = await client.Post(client.OfCode(other), proof);
        var again = await client.Token(client.OfCode(other), client.Key);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal("invalid_dpop_proof", replayed.Error);
        Assert.Equal(HttpStatusCode.OK, again.Status);
    }

    [Fact]
    public async Task whoever_sends_no_nonce_of_ours_is_told_one()
    {
        using var client = await Web(overRedis: false);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };

        var none = await client.Post(form, client.Key.Proof("POST", "https://id.shop.test/token"));
        var foreign = await client.Post(form, client.Key.Proof("POST", "https://id.shop.test/token", nonce: "eyJub25jZSI6MX0"));
        var good = await client.Post(form, client.Proof("POST", "/token"));

        Assert.Equal((HttpStatusCode.BadRequest, "use_dpop_nonce", true), (none.Status, none.Error, none.HasNonce));
        Assert.Equal((HttpStatusCode.BadRequest, "use_dpop_nonce", true), (foreign.Status, foreign.Error, foreign.HasNonce));
        Assert.Equal((HttpStatusCode.OK, false), (good.Status, good.HasNonce));
    }

    /// <summary>Endpoints that ask for no proof and judge one that is sent; clients; status of a request that is right.</summary>
    public static TheoryData<string, string, string?, HttpStatusCode> Judging => new()
    {
        { "/oauth/par", RelyingParty.Web, RelyingParty.Secret, HttpStatusCode.Created },
        { "/oauth/par", RelyingParty.Spa, null, HttpStatusCode.Created },
        { "/revoke", RelyingParty.Web, RelyingParty.Secret, HttpStatusCode.OK },
        { "/introspect", RelyingParty.Web, RelyingParty.Secret, HttpStatusCode.OK },
    };

    [Theory, MemberData(nameof(Judging))]
    public async Task a_proof_that_nobody_asked_for_needs_a_nonce_of_ours_too_and_is_good_once(string path, string id, string? secret, HttpStatusCode status)
    {
        using var client = new BoundParty(await worlds.Embedded, "id.shop.test", id, secret);
        var form = path == "/oauth/par" ? client.Party.Request() : new() { ["token"] = "junk" };
        Task<Told> Ask(string proof) => client.Send(HttpMethod.Post, path, form, ("DPoP", proof));

        var none = await Ask(client.Key.Proof("POST", "https://id.shop.test" + path));
        var foreign = await Ask(client.Key.Proof("POST", "https://id.shop.test" + path, nonce: "eyJub25jZSI6MX0"));
        var proof = client.Proof("POST", path);
        var good = await Ask(proof);
        var replayed = await Ask(proof);

        Assert.Equal((HttpStatusCode.BadRequest, "use_dpop_nonce", true), (none.Status, none.Error, none.HasNonce));
        Assert.Equal((HttpStatusCode.BadRequest, "use_dpop_nonce", true), (foreign.Status, foreign.Error, foreign.HasNonce));
        Assert.Equal((status, false), (good.Status, good.HasNonce));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (replayed.Status, replayed.Error));
    }

    [Theory, InlineData("/userinfo"), InlineData("/token/info")]
    public async Task a_resource_of_ours_wants_a_nonce_of_ours_too(string path)
    {
        using var client = await Spa(overRedis: false);
        var access = (await client.Token(client.OfCode((await client.Party.Answer(client.Party.Request()))["code"]))).Text("access_token");
        async Task<Told> Ask(string? nonce) => await client.Send(
            HttpMethod.Get, path, null, ("Authorization", "DPoP " + access), ("DPoP", client.Key.Proof("GET", "https://id.shop.test" + path, nonce: nonce, accessToken: access)));

        var none = await Ask(nonce: null);
        var foreign = await Ask(nonce: "eyJub25jZSI6MX0");
        var good = await Ask(client.Nonce);

        // RFC 9449 §9: 401, the error in the challenge, the nonce in its header.
        Assert.Equal((HttpStatusCode.Unauthorized, "use_dpop_nonce", true), (none.Status, none.Error, none.HasNonce));
        Assert.StartsWith("DPoP ", none.Challenge, StringComparison.Ordinal);
        Assert.Contains("error=\"use_dpop_nonce\"", none.Challenge, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Unauthorized, "use_dpop_nonce", true), (foreign.Status, foreign.Error, foreign.HasNonce));
        Assert.Equal(HttpStatusCode.OK, good.Status);
    }

    [Fact]
    public async Task what_is_wrong_with_a_proof_is_told()
    {
        using var client = await Web(overRedis: false);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        await client.Token(form, client.Key);
        var (url, now) = ("https://id.shop.test/token", DateTimeOffset.UtcNow);

        string[][] wrong =
        [
            [client.Proof("POST", "/token"), client.Proof("POST", "/token")],
            [""],
            ["junk"],
            [client.Proof("GET", "/token")],
            [client.Proof("POST", "/userinfo")],
            [client.Key.Proof("POST", "https://evil.test/token", nonce: client.Nonce)],
            [client.Key.Proof("POST", url, now.AddHours(1), client.Nonce)],
            [client.Key.Proof("POST", url, now.AddHours(-1), client.Nonce)],
        ];

        foreach (var proofs in wrong)
        {
            var told = await client.Post(form, proofs);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (told.Status, told.Error));
        }
    }

    [Fact]
    public async Task a_code_that_was_asked_for_with_a_key_is_exchanged_by_that_key_alone()
    {
        using var client = await Spa(overRedis: false);
        using var thief = new DpopKey();
        var request = new Dictionary<string, string>(client.Party.Request()) { ["dpop_jkt"] = client.Key.Jkt };
        var code = (await client.Party.Answer(request))["code"];

        var bare = await client.Post(client.OfCode(code));
        var foreign = await client.Token(client.OfCode(code), thief);
        var own = await client.Token(client.OfCode(code), client.Key);
        using var malformed = await client.Party.Authorize(new(request) { ["dpop_jkt"] = "short" });

        Assert.Equal("invalid_dpop_proof", bare.Error);
        Assert.Equal("invalid_dpop_proof", foreign.Error);
        Assert.Equal(HttpStatusCode.OK, own.Status);
        Assert.Equal("invalid_request", RelyingParty.Parameters(malformed)["error"]);
    }

    [Fact]
    public async Task a_pushed_request_with_a_proof_binds_its_code()
    {
        using var client = await Spa(overRedis: false);
        using var thief = new DpopKey();
        await client.Token(client.OfCode("none"), client.Key);
        var request = client.Party.Request();

        var contradicting = await client.Send(HttpMethod.Post, "/oauth/par", new(request) { ["dpop_jkt"] = thief.Jkt }, ("DPoP", client.Proof("POST", "/oauth/par")));
        var pushed = await client.Send(HttpMethod.Post, "/oauth/par", request, ("DPoP", client.Proof("POST", "/oauth/par")));
        var code = (await client.Party.Answer(new() { ["client_id"] = RelyingParty.Spa, ["request_uri"] = pushed.Text("request_uri") }))["code"];
        var foreign = await client.Token(client.OfCode(code), thief);
        var own = await client.Token(client.OfCode(code), client.Key);

        Assert.Equal("invalid_dpop_proof", contradicting.Error);
        Assert.Equal("invalid_dpop_proof", foreign.Error);
        Assert.Equal("DPoP", own.Text("token_type"));
    }

    [Fact]
    public async Task a_confidential_client_may_change_its_key_and_never_goes_back_to_bearer_tokens()
    {
        using var client = await Web(overRedis: false);
        using var next = new DpopKey();

        var tokens = await client.Token(client.OfCode((await client.Party.Answer(client.Party.Request()))["code"]), client.Key);
        var changed = await client.Token(BoundParty.OfRefresh(tokens), next);
        var bare = await client.Post(BoundParty.OfRefresh(changed));

        Assert.Contains(next.Jkt, new JsonWebToken(changed.Text("access_token")).GetClaim("cnf").Value, StringComparison.Ordinal);
        Assert.Equal("invalid_dpop_proof", bare.Error);
    }

    [Fact]
    public async Task introspection_tells_the_key_and_judges_a_proof_that_is_sent()
    {
        using var client = await Web(overRedis: false);
        var tokens = await client.Token(new() { ["grant_type"] = "client_credentials", ["scope"] = "orders:read" }, client.Key);
        var form = new Dictionary<string, string> { ["token"] = tokens.Text("access_token") };

        var told = await client.Send(HttpMethod.Post, "/introspect", form);
        var junk = await client.Send(HttpMethod.Post, "/introspect", form, ("DPoP", "junk"));
        var atRevoke = await client.Send(HttpMethod.Post, "/revoke", form, ("DPoP", client.Proof("POST", "/token")));
        var revoked = await client.Send(HttpMethod.Post, "/revoke", form, ("DPoP", client.Proof("POST", "/revoke")));

        Assert.Equal("DPoP", told.Text("token_type"));
        Assert.Equal(client.Key.Jkt, told.Body.GetProperty("cnf").GetProperty("jkt").GetString());
        Assert.Equal("invalid_dpop_proof", junk.Error);
        Assert.Equal("invalid_dpop_proof", atRevoke.Error);
        Assert.Equal(HttpStatusCode.OK, revoked.Status);
    }

    [Fact]
    public async Task the_metadata_names_the_algorithms_and_scripts_may_read_the_nonce()
    {
        using var client = await Web(overRedis: false);

        var metadata = await client.Send(HttpMethod.Get, "/.well-known/openid-configuration", null);
        using var preflight = new HttpRequestMessage(HttpMethod.Post, new Uri((await worlds.Embedded).Server.Address, "/token")) { Headers = { { "Origin", "https://app.shop.test" } } };
        using var http = new HttpClient();
        using var answer = await http.SendAsync(preflight);

        Assert.Equal(["ES256", "PS256", "RS256"], metadata.Body.GetProperty("dpop_signing_alg_values_supported").EnumerateArray().Select(static one => one.GetString()));
        Assert.Contains("DPoP-Nonce", answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    private async Task<BoundParty> Spa(bool overRedis) => new(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.shop.test", RelyingParty.Spa, null);

    private async Task<BoundParty> Web(bool overRedis) => new(await (overRedis ? worlds.OverRedis : worlds.Embedded), "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
}
