using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>The metadata of a tenant says what works there, and not what works elsewhere (RFC 8414), against a running server.</summary>
[Trait("Standard", "RFC 8414")]
[Trait("Contract", "http 53")]
public sealed class Metadata(Worlds worlds)
{
    private const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    [Theory]
    [InlineData(GrantClients.Host, "authorization_code client_credentials password refresh_token " + Exchange)]
    [InlineData(GrantClients.CellarHost, "authorization_code client_credentials password refresh_token")]
    [InlineData("id.old.test", "authorization_code client_credentials refresh_token")]
    public async Task a_grant_type_not_every_client_may_have_is_named_only_where_one_has_it(string host, string types) =>
        Assert.Equal(types, Texts(await Of(host), "grant_types_supported"));

    [Theory]
    [InlineData("id.dairy.test", "S256 plain")]
    [InlineData(GrantClients.Host, "S256")]
    public async Task plain_challenges_are_named_only_where_a_client_may_send_them(string host, string methods) =>
        Assert.Equal(methods, Texts(await Of(host), "code_challenge_methods_supported"));

    [Theory]
    [InlineData(GrantClients.PushingHost, true)]
    [InlineData(GrantClients.CellarHost, false)]
    [InlineData("yolk.egg.example.test", false)]
    [Trait("Standard", "RFC 9126")]
    public async Task pushing_is_required_where_every_client_must_and_not_where_some_must_or_there_is_none(string host, bool isRequired) =>
        Assert.Equal(isRequired, (await Of(host)).GetProperty("require_pushed_authorization_requests").GetBoolean());

    [Fact]
    public async Task privacy_and_imprint_are_named_where_the_tenant_has_them()
    {
        var cheese = await Of("cookbooks.example.test");
        var shop = await Of("id.shop.test");

        Assert.Equal("https://cheese.example.test/privacy", cheese.GetProperty("op_policy_uri").GetString());
        Assert.Equal("https://cheese.example.test/imprint", cheese.GetProperty("service_documentation").GetString());
        Assert.False(shop.TryGetProperty("op_policy_uri", out _));
        Assert.False(shop.TryGetProperty("service_documentation", out _));
    }

    private async Task<JsonElement> Of(string host)
    {
        using var client = new RelyingParty(await worlds.Embedded, host, RelyingParty.Web, null);
        var (status, metadata) = await client.Ask("/.well-known/oauth-authorization-server", null);
        Assert.Equal(System.Net.HttpStatusCode.OK, status);
        return metadata;
    }

    private static string Texts(JsonElement metadata, string name) => string.Join(' ', metadata.GetProperty(name).EnumerateArray().Select(static one => one.GetString()));
}
