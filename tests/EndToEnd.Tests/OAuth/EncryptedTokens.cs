using System.Net;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>A token inside an encrypted one (RFC 7519 §5.2), small on the wire and large when it is opened: nobody of ours opens any.</summary>
/// <param name="worlds">The servers.</param>
[Trait("Attack", "30")]
public sealed class EncryptedTokens(Worlds worlds)
{
    private const int Inflated = 256 * 1024;

    private static readonly string _bomb = Encrypt(Unsigned(new string('a', Inflated)));

    [Fact]
    public async Task a_nested_token_is_no_access_token_even_with_a_good_one_inside()
    {
        using var client = await Shop();
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);
        var good = tokens.GetProperty("access_token").GetString()!;

        Assert.InRange(_bomb.Length, 1, Inflated / 40);
        foreach (var nested in new[] { Encrypt(good), _bomb, Encrypt(_bomb) })
        {
            var (status, error) = await client.Ask("/userinfo", nested);
            var (_, told, _) = await client.Post("/introspect", new() { ["token"] = nested });

            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (status, error.GetProperty("error").GetString()));
            Assert.Equal("""{"active":false}""", told.GetRawText());
        }

        Assert.Equal(HttpStatusCode.OK, (await client.Ask("/userinfo", good)).Status);
    }

    [Fact]
    public async Task a_nested_token_is_no_hint_of_who_is_there()
    {
        using var client = await Shop();
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);

        foreach (var nested in new[] { Encrypt(tokens.GetProperty("id_token").GetString()!), _bomb })
        {
            using var silent = await client.AuthorizeByPost(new FormUrlEncodedContent(new Dictionary<string, string>(client.Request()) { ["prompt"] = "none", ["id_token_hint"] = nested }));
            using var leaving = await client.Get($"/logout?id_token_hint={nested}&post_logout_redirect_uri={Uri.EscapeDataString(RelyingParty.Callback)}");

            Assert.Equal("invalid_request", RelyingParty.Parameters(silent)["error"]);

            // The person is asked, and sent nowhere.
            Assert.Equal(HttpStatusCode.OK, leaving.StatusCode);
            Assert.Null(leaving.Headers.Location);
        }

        // And nobody was logged out by it.
        Assert.True((await client.Answer(new(client.Request()) { ["prompt"] = "none" })).ContainsKey("code"));
    }

    [Fact]
    [Trait("Attack", "33")]
    public async Task a_nested_token_is_no_proof_of_a_key()
    {
        using var client = new BoundParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        var access = (await client.Token(form, client.Key)).Text("access_token");

        foreach (var nested in new[] { Encrypt(client.Proof("POST", "/token")), _bomb })
        {
            var atToken = await client.Post(form, nested);
            var atResource = await client.Send(HttpMethod.Get, "/token/info", null, ("Authorization", "DPoP " + access), ("DPoP", nested));

            Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (atToken.Status, atToken.Error));
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_dpop_proof"), (atResource.Status, atResource.Error));
        }
    }

    [Fact]
    [Trait("Attack", "27")]
    public async Task a_nested_token_proves_no_client()
    {
        var server = (await worlds.Embedded).Server.Address;
        var assertion = ProvenClients.Sign(ProvenClients.Claims(ProvenClients.PrivateKey), ProvenClients.Key);

        foreach (var nested in new[] { Encrypt(assertion), _bomb })
        {
            var (status, body, _) = await ProvenClients.Send(
                server, "/token", ProvenClients.With(nested, ("grant_type", "client_credentials"), ("client_id", ProvenClients.PrivateKey)));

            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Contains("\"invalid_client\"", body, StringComparison.Ordinal);
        }
    }

    private async Task<RelyingParty> Shop() => new(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);

    private static string Unsigned(string text) => ProvenClients.Input(new() { ["x"] = text }, new() { ["alg"] = "none" }) + ".";

    private static string Encrypt(string token) => new JsonWebTokenHandler().EncryptToken(
        token,
        new EncryptingCredentials(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64)), JwtConstants.DirectKeyUseAlg, SecurityAlgorithms.Aes256CbcHmacSha512),
        CompressionAlgorithms.Deflate);
}
