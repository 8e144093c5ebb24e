using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Uitsmijter.Actors.EndToEnd.Tests.Conformance;
using Uitsmijter.Actors.EndToEnd.Tests.IndependentClients;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>A client that knows one algorithm alone gets its ID tokens by it, whatever its tenant signs the rest with (OpenID Connect Dynamic Registration §2).</summary>
public sealed class ChosenAlgorithm(Worlds worlds)
{
    public const string Choosing = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b41";
    public const string OldChoosing = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b42";
    private const string Host = "id.shop.test";
    private const string Identity = "urn:ietf:params:oauth:token-type:id_token";

    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "20")]
    public async Task jose_verifies_an_rs256_id_token_of_an_es256_tenant_and_logout_takes_it_as_a_hint(bool overRedis)
    {
        Assert.SkipWhen(NodeClient.MissingPart is not null, NodeClient.MissingPart ?? "");
        var receiver = LogoutReceiver.Running;
        using var client = await Client(overRedis, Host, Choosing);
        var tokens = await LogIn(client);
        var (hint, access) = (tokens.GetProperty("id_token").GetString()!, tokens.GetProperty("access_token").GetString()!);
        var (_, keys) = await client.Ask("/.well-known/jwks.json", null);

        using var nobody = new Person();
        var told = await NodeClient.Run("jose", new()
        {
            ["scenario"] = "verify", ["token"] = hint, ["accessToken"] = access, ["keys"] = keys, ["issuer"] = "https://id.shop.test", ["clientId"] = Choosing,
            ["algorithm"] = "RS256", ["otherAlgorithm"] = "ES256", ["redirectUri"] = RelyingParty.Callback,
        }, nobody);
        using var silent = await client.Authorize(new(client.Request()) { ["prompt"] = "none", ["id_token_hint"] = hint });
        using var bye = await client.Get($"/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString("https://app.shop.test/bye")}");
        await CodeFlow.Until(() => Task.FromResult(receiver.Notices.Any(notice => SidOf(notice.Token) == SidOf(hint))));
        var notice = await CodeFlow.Verify(client, receiver.Notices.First(notice => SidOf(notice.Token) == SidOf(hint)).Token, Choosing);

        Assert.Equal(("subject-of-ada@example.com", "RS256", "ES256", "ERR_JOSE_ALG_NOT_ALLOWED"), (Text(told, "sub"), Text(told, "alg"), Text(told, "access"), Text(told, "other")));
        Assert.True(RelyingParty.Parameters(silent).ContainsKey("code"));
        Assert.Equal("https://app.shop.test/bye", bye.Headers.Location?.OriginalString);
        Assert.Equal(("logout+jwt", "RS256"), (notice.Typ, notice.Alg));
    }

    [Fact]
    public async Task the_other_clients_of_the_tenant_and_its_access_tokens_stay_as_they_were()
    {
        using var client = await Client(overRedis: false, Host, RelyingParty.Web);

        var tokens = await LogIn(client);
        var (_, metadata) = await client.Ask("/.well-known/openid-configuration", null);
        var (_, keys) = await client.Ask("/.well-known/jwks.json", null);

        Assert.Equal("ES256", new JsonWebToken(tokens.GetProperty("id_token").GetString()).Alg);
        Assert.Equal(["ES256", "RS256"], metadata.GetProperty("id_token_signing_alg_values_supported").EnumerateArray().Select(static one => one.GetString()));
        Assert.Equal(["ES256", "RS256"], keys.GetProperty("keys").EnumerateArray().Select(static key => Text(key, "alg")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task a_client_of_a_tenant_with_the_shared_secret_chooses_as_well()
    {
        using var client = await Client(overRedis: false, "id.old.test", OldChoosing);

        var tokens = await LogIn(client);
        var identity = await CodeFlow.Verify(client, tokens.GetProperty("id_token").GetString()!, OldChoosing);
        using var silent = await client.Authorize(new(client.Request()) { ["prompt"] = "none", ["id_token_hint"] = identity.EncodedToken });

        Assert.Equal(("ES256", "HS256"), (identity.Alg, new JsonWebToken(tokens.GetProperty("access_token").GetString()).Alg));
        Assert.True(RelyingParty.Parameters(silent).ContainsKey("code"));
    }

    /// <summary>A header may name only the algorithm its key is for (RFC 8725 §3.1): neither the other key of the ring, nor the public key as a secret, nor none.</summary>
    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    [InlineData("HS256")]
    [InlineData("none")]
    [Trait("Attack", "20")]
    public async Task a_hint_that_names_another_algorithm_than_its_key_is_for_is_refused(string algorithm)
    {
        using var client = await Client(overRedis: false, Host, Choosing);
        var hint = (await LogIn(client)).GetProperty("id_token").GetString()!;
        var forged = Renamed(hint, algorithm);

        using var silent = await client.Authorize(new(client.Request()) { ["prompt"] = "none", ["id_token_hint"] = forged });
        var exchanged = await client.Post("/token", new()
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange", ["subject_token"] = forged, ["subject_token_type"] = Identity, ["audience"] = "stock",
        });

        Assert.Equal("invalid_request", RelyingParty.Parameters(silent)["error"]);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (exchanged.Status, Text(exchanged.Body, "error")));
    }

    [Fact]
    public async Task an_exchange_takes_the_id_token_of_a_client_that_chose()
    {
        using var client = await Client(overRedis: false, Host, Choosing);
        var hint = (await LogIn(client)).GetProperty("id_token").GetString()!;

        var (status, body, _) = await client.Post("/token", new()
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange", ["subject_token"] = hint, ["subject_token_type"] = Identity, ["audience"] = "stock",
        });

        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        Assert.Equal("subject-of-ada@example.com", new JsonWebToken(Text(body, "access_token")).Subject);
    }

    private async Task<RelyingParty> Client(bool overRedis, string host, string client)
    {
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        return new(await (overRedis ? worlds.OverRedis : worlds.Embedded), host, client, RelyingParty.Secret);
    }

    private static async Task<JsonElement> LogIn(RelyingParty client)
    {
        var (status, tokens, _) = await client.Exchange((await client.Answer(client.Request("openid profile")))["code"]);
        Assert.Equal(HttpStatusCode.OK, status);
        return tokens;
    }

    private static string Renamed(string token, string algorithm)
    {
        var parts = token.Split('.');
        var header = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[0])).Replace("RS256", algorithm, StringComparison.Ordinal);
        return $"{System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(header))}.{parts[1]}.{parts[2]}";
    }

    private static string? SidOf(string token) => token.Length == 0 ? null : new JsonWebToken(token).GetClaim("sid").Value;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
