using System.Net;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What single properties of a client's file do (docs/clients.md), against a running server.</summary>
/// <param name="worlds">The servers.</param>
public sealed class ClientProperties(Worlds worlds)
{
    private const string Host = "id.shop.test";
    private const string Inactive = """{"active":false}""";

    [Fact]
    [Trait("Contract", "http 34")]
    [Trait("Attack", "25")]
    [Trait("Standard", "RFC 8628")]
    public async Task settings_for_devices_without_the_grant_start_no_device()
    {
        using var client = await Client(PropertyClients.HalfDevice);

        var (status, error, _) = await client.Post("/oauth/device_authorization", new() { ["scope"] = "openid" });

        // By its reason: a client without settings is refused as well, and with the same error.
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(("unauthorized_client", "ERRORS.GRANT_TYPE_NOT_SUPPORTED"), (Text(error, "error"), Text(error, "reason")));
        Assert.False(error.TryGetProperty("device_code", out _));
    }

    [Fact]
    [Trait("Standard", "RFC 7662")]
    [Trait("Attack", "28")]
    public async Task a_client_with_introspection_none_learns_nothing_of_its_own_token_either()
    {
        using var blind = await Client(PropertyClients.Blind);
        using var reader = await Client(TokenAttacks.Reader);
        var token = await ForItself(blind);

        foreach (var path in (string[])["/introspect", "/oauth/introspect"])
        {
            var (status, error, _) = await blind.Post(path, new() { ["token"] = token });

            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, Text(error, "error")));
            Assert.False(error.TryGetProperty("active", out _));
        }

        Assert.True((await Look(reader, token)).GetProperty("active").GetBoolean());
    }

    [Fact]
    [Trait("Standard", "RFC 7662")]
    [Trait("Standard", "RFC 8707")]
    [Trait("Attack", "28")]
    public async Task a_token_for_a_resource_is_told_to_the_client_that_has_the_resource_and_to_no_other()
    {
        using var buyer = await Client(PropertyClients.Buyer);
        using var keeper = await Client(PropertyClients.Keeper);
        using var bystander = await Client(RelyingParty.Web);
        var (forStock, forItself) = (await ForItself(buyer, PropertyClients.Stock), await ForItself(buyer));

        var told = await Look(keeper, forStock);

        Assert.True(told.GetProperty("active").GetBoolean());
        Assert.Equal((PropertyClients.Stock, PropertyClients.Buyer), (Text(told, "aud"), Text(told, "client_id")));
        Assert.Equal(Inactive, (await Look(bystander, forStock)).GetRawText());
        Assert.Equal(Inactive, (await Look(keeper, forItself)).GetRawText());
        Assert.True((await Look(buyer, forItself)).GetProperty("active").GetBoolean());
    }

    [Theory]
    [InlineData(PropertyClients.FramedWithout)]
    [InlineData(PropertyClients.FramedSilently)]
    [Trait("Standard", "Front-Channel Logout")]
    [Trait("Attack", "21")]
    public async Task a_frame_that_requires_no_session_is_told_neither_issuer_nor_sid(string ident)
    {
        using var client = await Client(ident);
        var (_, tokens, _) = await client.Exchange((await client.Answer(client.Request("openid")))["code"]);
        var hint = Text(tokens, "id_token");

        using var answer = await client.Get($"/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString("https://app.shop.test/bye")}");
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("<iframe src=\"https://app.shop.test/front?x=1\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain(new JsonWebToken(hint).GetClaim("sid").Value, page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http W8")]
    [Trait("Standard", "RFC 6749")]
    [Trait("Attack", "24")]
    public async Task a_client_without_the_refresh_grant_gets_no_refresh_token_for_its_code()
    {
        using var client = await Client(PropertyClients.CodeOnly);

        var (status, tokens, _) = await client.Exchange((await client.Answer(client.Request()))["code"]);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEmpty(Text(tokens, "access_token"));
        Assert.False(tokens.TryGetProperty("refresh_token", out _));
    }

    [Fact]
    [Trait("Contract", "http W8")]
    [Trait("Standard", "RFC 8628")]
    [Trait("Attack", "24")]
    public async Task a_device_without_the_refresh_grant_gets_no_refresh_token()
    {
        using var device = await Client(Devices.Printer);
        using var person = new Visitor((await worlds.Embedded).Server.Address);
        var (_, started, _) = await device.Post("/oauth/device_authorization", new() { ["scope"] = "openid profile" });
        var (connected, _) = await Devices.Activate(person, new() { ["user_code"] = Text(started, "user_code"), ["username"] = Devices.Name, ["password"] = Devices.Password });

        var (status, tokens, _) = await device.Post("/token", new() { ["grant_type"] = Devices.Urn, ["device_code"] = Text(started, "device_code") });

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (connected, status));
        Assert.NotEmpty(Text(tokens, "access_token"));
        Assert.False(tokens.TryGetProperty("refresh_token", out _));
    }

    /// <summary>A token of the client for itself, perhaps for a resource.</summary>
    private static async Task<string> ForItself(RelyingParty client, string? resource = null)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["scope"] = "orders:read" };
        if (resource is not null)
        {
            form["resource"] = resource;
        }

        return Text((await client.Post("/token", form)).Body, "access_token");
    }

    private static async Task<JsonElement> Look(RelyingParty client, string token)
    {
        var (status, body, _) = await client.Post("/introspect", new() { ["token"] = token });
        Assert.Equal(HttpStatusCode.OK, status);
        return body;
    }

    private static string Text(JsonElement body, string member) => body.GetProperty(member).GetString()!;

    private async Task<RelyingParty> Client(string ident) => new(await worlds.Embedded, Host, ident, RelyingParty.Secret);
}
