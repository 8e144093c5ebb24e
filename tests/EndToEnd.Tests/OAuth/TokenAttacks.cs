using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What somebody tries with half of what it takes, against a running server.</summary>
/// <param name="worlds">The servers.</param>
public sealed class TokenAttacks(Worlds worlds)
{
    /// <summary>A client whose file goes while its tokens live.</summary>
    public const string Doomed = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a41";

    /// <summary>The name of its file.</summary>
    public const string DoomedName = "shop-doomed";

    /// <summary>A client whose secret is exchanged while it works.</summary>
    public const string Rotated = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a43";

    /// <summary>The name of its file.</summary>
    public const string RotatedName = "shop-rotated";

    /// <summary>A client that may introspect every token of its tenant.</summary>
    public const string Reader = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a42";

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_guessed_refresh_token_tells_nobody_whether_its_grant_exists()
    {
        var world = await worlds.Embedded;
        using var owner = new RelyingParty(world, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var (_, tokens, _) = await owner.Exchange((await owner.Answer(owner.Request()))["code"]);
        var grantId = new JsonWebToken(tokens.GetProperty("access_token").GetString()).GetClaim("gid").Value;
        (string Host, string Id, string? Secret)[] guessers =
        [
            ("id.shop.test", RelyingParty.Web, RelyingParty.Secret),
            ("id.shop.test", RelyingParty.Spa, null),
            ("id.shop.test", Devices.Printer, RelyingParty.Secret),
            ("id.old.test", RelyingParty.Old, RelyingParty.Secret),
        ];
        Dictionary<string, string>[] asks = [[], new() { ["scope"] = "admin" }, new() { ["resource"] = "https://api.test/" }];

        foreach (var (host, id, secret) in guessers)
        {
            using var guesser = new RelyingParty(world, host, id, secret);
            foreach (var ask in asks)
            {
                var known = await Guess(guesser, grantId, ask);
                var unknown = await Guess(guesser, "AAAAAAAAAAAAAAAAAAAAAA", ask);

                Assert.Equal(unknown, known);
                Assert.Equal(HttpStatusCode.BadRequest, known.Status);
            }
        }

        // And it ends nothing.
        var (status, _, _) = await owner.Refresh(tokens.GetProperty("refresh_token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    [Trait("Attack", "24")]
    [Trait("Standard", "RFC 7009")]
    public async Task a_client_that_did_not_hear_the_answer_to_its_refresh_revokes_by_the_token_it_has()
    {
        using var owner = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var (_, tokens, _) = await owner.Exchange((await owner.Answer(owner.Request()))["code"]);
        var first = tokens.GetProperty("refresh_token").GetString()!;
        var (_, refreshed, _) = await owner.Refresh(first);

        await owner.Post("/revoke", new() { ["token"] = first });

        Assert.Equal(HttpStatusCode.BadRequest, (await owner.Refresh(first)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.Refresh(refreshed.GetProperty("refresh_token").GetString()!)).Status);
        await CodeFlow.Until(async () => (await owner.Ask("/userinfo", refreshed.GetProperty("access_token").GetString())).Status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Trait("Contract", "configuration 35")]
    public async Task a_login_for_a_client_is_told_with_its_name()
    {
        var world = await worlds.Embedded;
        using var client = new RelyingParty(world, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var person = $"named-{Guid.NewGuid():N}@example.com";

        await client.Answer(client.Request(), person);

        await CodeFlow.Until(() => Task.FromResult(world.Server.Output.Split('\n').Any(line =>
            line.Contains("Login succeeded:", StringComparison.Ordinal) && line.Contains(person, StringComparison.Ordinal) && line.Contains("client=shop-web", StringComparison.Ordinal))));
    }

    [Fact]
    [Trait("Attack", "29")]
    [Trait("Standard", "RFC 8707")]
    public async Task who_serves_another_resource_cannot_ask_who_the_person_is()
    {
        using var kitchen = new BoundParty(await worlds.Embedded, GrantClients.Host, GrantClients.Password, RelyingParty.Secret);
        var own = await kitchen.Post(Passwords.Form(scope: "access openid"));
        var elsewhere = await kitchen.Post(new(Passwords.Form(scope: "access openid")) { ["resource"] = "https://stock.test" });
        var here = await kitchen.Post(new(Passwords.Form(scope: "access openid")) { ["resource"] = GrantClients.Issuer });

        foreach (var path in new[] { "/userinfo", "/token/info" })
        {
            var refused = await Ask(elsewhere, path);

            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (refused.Status, refused.Error));
            Assert.Contains("another resource", refused.Text("error_description"), StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await Ask(own, path)).Status, (await Ask(here, path)).Status));
        }

        Task<Told> Ask(Told tokens, string path) => kitchen.Send(HttpMethod.Get, path, null, ("Authorization", "Bearer " + tokens.Text("access_token")));
    }

    [Fact]
    [Trait("Standard", "RFC 7662")]
    [Trait("Attack", "24")]
    [Trait("Attack", "28")]
    public async Task a_token_of_a_client_that_was_deleted_is_inactive()
    {
        var world = await worlds.Embedded;
        using var doomed = new RelyingParty(world, "id.shop.test", Doomed, RelyingParty.Secret);
        using var reader = new RelyingParty(world, "id.shop.test", Reader, RelyingParty.Secret);
        var (_, tokens, _) = await doomed.Post("/token", new() { ["grant_type"] = "client_credentials", ["scope"] = "orders:read" });
        var form = new Dictionary<string, string> { ["token"] = tokens.GetProperty("access_token").GetString()! };
        var (_, before, _) = await reader.Post("/introspect", form);

        world.DeleteClient(DoomedName);

        await CodeFlow.Until(async () => (await reader.Post("/introspect", form)).Body.GetRawText() == """{"active":false}""");
        Assert.True(before.GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.Unauthorized, (await doomed.Ask("/userinfo", form["token"])).Status);
        Assert.Equal("invalid_client", (await doomed.Post("/token", new() { ["grant_type"] = "client_credentials" })).Body.GetProperty("error").GetString());
    }

    [Fact]
    [Trait("Attack", "24")]
    public async Task a_secret_that_was_exchanged_opens_nothing_any_more_although_it_was_right_a_moment_ago()
    {
        const string Next = "another-secret-of-the-shop-0123456789";
        var world = await worlds.Embedded;
        using var before = new RelyingParty(world, "id.shop.test", Rotated, RelyingParty.Secret);
        using var after = new RelyingParty(world, "id.shop.test", Rotated, Next);
        var ask = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        Assert.True((await before.Post("/token", ask)).Body.TryGetProperty("access_token", out _));

        world.EditClient(RotatedName, RelyingParty.Secret, Next);

        // The old one is asked about all the time, so that whatever is remembered of it stays young.
        await CodeFlow.Until(async () => (await before.Post("/token", ask)).Body.TryGetProperty("error", out _));

        // Instances that were forgotten go on with the old one, and make nobody wait who has the new one (decision 78).
        for (var forgotten = 0; forgotten < 30; forgotten++)
        {
            Assert.Equal("invalid_client", (await before.Post("/token", ask)).Body.GetProperty("error").GetString());
        }

        Assert.True((await after.Post("/token", ask)).Body.TryGetProperty("access_token", out _));
        Assert.Equal("invalid_client", (await before.Post("/token", ask)).Body.GetProperty("error").GetString());
        Assert.Equal("invalid_client", (await before.Post("/introspect", new() { ["token"] = "x" })).Body.GetProperty("error").GetString());
    }

    [Fact]
    [Trait("Attack", "18")]
    [Trait("Attack", "30")]
    public async Task the_proof_of_a_login_that_is_spelled_another_way_is_no_other_login()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        using var page = await client.Authorize(new(client.Request()) { ["prompt"] = "login" });
        using var login = await client.LogIn(page);
        var proven = login.Headers.Location!.OriginalString;
        using var first = await client.Get(proven);

        foreach (var more in (string[])["", "=", "==", "%3D", "%3d%3D", "%20", "%0A", "&", "."])
        {
            using var again = await client.Get(proven + more);
            Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
        }

        Assert.True(RelyingParty.Parameters(first).ContainsKey("code"));
    }

    [Fact]
    [Trait("Standard", "RFC 6750")]
    [Trait("Attack", "29")]
    public async Task a_token_without_openid_learns_nothing_at_userinfo_and_is_told_which_scope_it_takes()
    {
        using var client = new BoundParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = "orders:read" };
        var token = (await client.Post(form)).Text("access_token");
        var bound = (await client.Token(form, client.Key)).Text("access_token");

        var bearer = await client.Send(HttpMethod.Get, "/userinfo", null, ("Authorization", "Bearer " + token));
        var dpop = await client.Ask("/userinfo", bound);
        var old = await client.Send(HttpMethod.Get, "/token/info", null, ("Authorization", "Bearer " + token));

        Assert.Equal((HttpStatusCode.Forbidden, "insufficient_scope"), (bearer.Status, bearer.Error));
        Assert.Contains("error=\"insufficient_scope\"", bearer.Challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"openid\"", bearer.Challenge, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Forbidden, "insufficient_scope"), (dpop.Status, dpop.Error));
        Assert.StartsWith("DPoP ", dpop.Challenge, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, old.Status);
    }

    [Fact]
    [Trait("Standard", "RFC 6749")]
    [Trait("Attack", "24")]
    public async Task a_refresh_narrows_and_never_widens_and_a_try_costs_nothing()
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request("openid orders:read")))["code"]);
        Dictionary<string, string> Form(JsonElement last, string scope) =>
            new() { ["grant_type"] = "refresh_token", ["refresh_token"] = last.GetProperty("refresh_token").GetString()!, ["scope"] = scope };

        var (wider, error, _) = await client.Post("/token", Form(tokens, "openid orders:read orders:write"));
        var (narrower, less, _) = await client.Post("/token", Form(tokens, "openid"));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_scope"), (wider, error.GetProperty("error").GetString()));
        Assert.Equal((HttpStatusCode.OK, "openid"), (narrower, less.GetProperty("scope").GetString()));
    }

    private static async Task<(HttpStatusCode Status, string Text)> Guess(RelyingParty guesser, string grantId, Dictionary<string, string> ask)
    {
        var guess = $"{grantId}.{System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48))}";
        var (status, body, _) = await guesser.Post("/token", new(ask) { ["grant_type"] = "refresh_token", ["refresh_token"] = guess });
        return (status, body.GetRawText());
    }
}
