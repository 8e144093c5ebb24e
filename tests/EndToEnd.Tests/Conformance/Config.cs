using System.Net;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>Plan Config: the metadata of a tenant that is reached by https.</summary>
/// <param name="worlds">The servers.</param>
public sealed class Config(Worlds worlds) : ConformanceTests(worlds)
{
    [Fact, Trait("Module", "oidcc-discovery-endpoint-verification")]
    public async Task metadata_says_what_the_specifications_require()
    {
        var world = await World;
        var (answer, metadata) = await Ask(world, "/.well-known/openid-configuration");
        var issuer = metadata.GetProperty("issuer").GetString()!;
        var (_, keys) = await Ask(world, metadata.GetProperty("jwks_uri").GetString()![issuer.Length..]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"https://id.ham.test:{world.Port}", issuer);
        Assert.Contains("code", Texts(metadata, "response_types_supported"));
        Assert.Contains("public", Texts(metadata, "subject_types_supported"));
        Assert.Contains("RS256", Texts(metadata, "id_token_signing_alg_values_supported"));
        Assert.Contains("authorization_code", Texts(metadata, "grant_types_supported"));
        Assert.Contains("openid", Texts(metadata, "scopes_supported"));
        Assert.NotEmpty(Texts(metadata, "claims_supported"));
        Assert.All(Texts(metadata, "scopes_supported"), static scope => Assert.Matches("^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$", scope));
        Assert.Equal(["de", "en", "pt"], Texts(metadata, "ui_locales_supported"));
        Assert.NotEmpty(Texts(metadata, "code_challenge_methods_supported"));
        Assert.False(metadata.GetProperty("request_uri_parameter_supported").GetBoolean());
        Assert.All(
            metadata.EnumerateObject().Where(static member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri"),
            member => Assert.StartsWith(issuer + "/", member.Value.GetString(), StringComparison.Ordinal));
        Assert.All((string[])["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"], name => Assert.True(metadata.TryGetProperty(name, out _), name));
        Assert.NotEqual(0, keys.GetProperty("keys").GetArrayLength());
        Assert.All(keys.GetProperty("keys").EnumerateArray(), static key => Assert.False(key.TryGetProperty("d", out _) || key.TryGetProperty("k", out _)));
    }

    private static string[] Texts(JsonElement metadata, string name) => [.. metadata.GetProperty(name).EnumerateArray().Select(static one => one.GetString()!)];

    private static async Task<(HttpResponseMessage Answer, JsonElement Body)> Ask(World world, string target)
    {
        using var visitor = new Visitor(world.Server.Address);
        var answer = await visitor.Send(HttpMethod.Get, target, "id.ham.test", new() { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = "id.ham.test" });
        return (answer, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }
}
