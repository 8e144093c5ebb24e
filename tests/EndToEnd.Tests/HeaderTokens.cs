using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Uitsmijter.Actors.EndToEnd.Tests.Applications;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Applications behind the proxy verify the header token with the libraries of their own field, nothing of ours.</summary>
public sealed class HeaderTokens(Worlds worlds)
{
    /// <summary>Tenant by tenant: its algorithm, its login host, one of its applications; each in one process and over Redis.</summary>
    public static TheoryData<string, string, string, bool> EachAlgorithm { get; } = new()
    {
        { "ES256", "login.example.test", "cookbooks.example.test", false },
        { "RS256", "id.ham.test", "page.ham.test", false },
        { "HS256", "login.example.test", "yolk.egg.example.test", false },
        { "ES256", "login.example.test", "cookbooks.example.test", true },
        { "RS256", "id.ham.test", "page.ham.test", true },
        { "HS256", "login.example.test", "yolk.egg.example.test", true },
    };

    [Theory, MemberData(nameof(EachAlgorithm))]
    public async Task a_node_application_verifies_the_header_token_with_jsonwebtoken_and_jose(string algorithm, string loginHost, string applicationHost, bool overRedis)
    {
        Assert.SkipWhen(NodeApplication.MissingPart is not null, NodeApplication.MissingPart ?? "");
        var world = await World(overRedis);
        var token = await HeaderToken(world, loginHost, applicationHost);
        await using var application = await NodeApplication.Start(world.Server.Address, applicationHost, Tenants.JwtSecret);

        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync(application.Address);
        var body = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.IsSuccessStatusCode, body);
        using var learned = JsonDocument.Parse(body);
        Assert.Equal("subject-of-ada@example.com", learned.RootElement.GetProperty("claims").GetProperty("sub").GetString());
        Assert.Equal(algorithm == "HS256" ? 1 : 2, learned.RootElement.GetProperty("by").GetArrayLength());
    }

    [Theory, MemberData(nameof(EachAlgorithm))]
    public async Task a_dotnet_application_verifies_the_header_token(string algorithm, string loginHost, string applicationHost, bool overRedis)
    {
        var world = await World(overRedis);
        var token = await HeaderToken(world, loginHost, applicationHost);
        using var visitor = new Visitor(world.Server.Address);
        using var published = await visitor.Send(HttpMethod.Get, "/.well-known/jwks.json", applicationHost, []);
        var keys = JsonWebKeySet.Create(await published.Content.ReadAsStringAsync()).GetSigningKeys();
        if (algorithm == "HS256")
        {
            // The key of ID tokens; header tokens of such a tenant are signed with the shared secret.
            Assert.Single(keys);
            keys = [new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(Tenants.JwtSecret))];
        }

        var verdict = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAudience = applicationHost,
            ValidateIssuer = false,
            IssuerSigningKeys = keys,
            ValidAlgorithms = [algorithm],
        });

        Assert.True(verdict.IsValid, verdict.Exception?.Message);
        Assert.Equal("ada@example.com", verdict.ClaimsIdentity.FindFirst("user")?.Value);
    }

    private static async Task<string> HeaderToken(World world, string loginHost, string applicationHost)
    {
        using var visitor = new Visitor(world.Server.Address);
        using var login = await visitor.LogIn(loginHost, $"https://{applicationHost}/", "ada@example.com", "correct horse");
        Assert.Equal(303, (int)login.StatusCode);
        using var answer = await visitor.Ask("traefik", applicationHost);
        Assert.Equal(200, (int)answer.StatusCode);
        var scheme = answer.Headers.GetValues("Authorization").Single().Split(' ');
        Assert.Equal("Bearer", scheme[0]);
        return scheme[1];
    }

    private Task<World> World(bool overRedis)
    {
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        return overRedis ? worlds.OverRedis : worlds.Embedded;
    }
}
