using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.EndToEnd.Tests.Applications;
using Uitsmijter.Actors.EndToEnd.Tests.Proxies;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>
/// Applications behind a real proxy verify the header token that forward-auth gave it with the libraries of their own field, nothing of ours: signature, issuer,
/// audience, algorithm and time.
/// </summary>
public sealed class HeaderTokens(Worlds worlds)
{
    private const string Name = "ada@example.com";

    /// <summary>Tenant by tenant: its algorithm, its login host, one of its applications; behind Caddy and in one process, behind nginx and over Redis.</summary>
    public static TheoryData<string, string, string, string, bool> EachAlgorithm
    {
        get
        {
            var cases = new TheoryData<string, string, string, string, bool>();
            foreach (var (proxy, overRedis) in new[] { ("caddy", false), ("nginx", true) })
            {
                cases.Add("ES256", "login.example.test", "cookbooks.example.test", proxy, overRedis);
                cases.Add("RS256", "id.ham.test", "page.ham.test", proxy, overRedis);
                cases.Add("HS256", "login.example.test", "yolk.egg.example.test", proxy, overRedis);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(EachAlgorithm)), Trait("Attack", "7")]
    public async Task a_node_application_verifies_the_header_token_with_jsonwebtoken_and_jose(string algorithm, string loginHost, string applicationHost, string proxy, bool overRedis)
    {
        Assert.SkipWhen(NodeApplication.MissingPart is not null, NodeApplication.MissingPart ?? "");
        var world = await World(proxy, overRedis);
        await using var application = await NodeApplication.Start(world.Server.Address, applicationHost, await IssuerOf(world, applicationHost), Tenants.JwtSecret);
        await using var stranger = await NodeApplication.Start(world.Server.Address, applicationHost, "https://another.example.test", Tenants.JwtSecret);

        using var learned = await Learned(world, proxy, application.Address, loginHost, applicationHost);

        Assert.Equal("subject-of-" + Name, learned.RootElement.GetProperty("claims").GetProperty("sub").GetString());
        Assert.Equal(algorithm == "HS256" ? 1 : 2, learned.RootElement.GetProperty("by").GetArrayLength());
        await IsRefused(world, proxy, stranger.Address, loginHost, applicationHost);
    }

    [Theory, MemberData(nameof(EachAlgorithm)), Trait("Attack", "7")]
    public async Task a_dotnet_application_verifies_the_header_token(string algorithm, string loginHost, string applicationHost, string proxy, bool overRedis)
    {
        var world = await World(proxy, overRedis);
        await using var application = await DotnetApplication.Start(world.Server.Address, applicationHost, await IssuerOf(world, applicationHost), algorithm, Tenants.JwtSecret);
        await using var stranger = await DotnetApplication.Start(world.Server.Address, applicationHost, "https://another.example.test", algorithm, Tenants.JwtSecret);

        using var learned = await Learned(world, proxy, application.Address, loginHost, applicationHost);

        Assert.Equal(Name, learned.RootElement.GetProperty("claims").GetProperty("user").GetString());
        await IsRefused(world, proxy, stranger.Address, loginHost, applicationHost);
    }

    /// <summary>What an application learned about a person who sent a name and a token of their own making beside the cookie.</summary>
    private static async Task<JsonDocument> Learned(World world, string proxy, Uri application, string loginHost, string applicationHost)
    {
        using var answer = await Ask(world, proxy, application, loginHost, applicationHost);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body);
    }

    private static async Task IsRefused(World world, string proxy, Uri application, string loginHost, string applicationHost)
    {
        using var answer = await Ask(world, proxy, application, loginHost, applicationHost);
        Assert.Contains("problem", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> Ask(World world, string proxy, Uri application, string loginHost, string applicationHost)
    {
        using var visitor = new Visitor(world.Server.Address);
        using var login = await visitor.LogIn(loginHost, $"https://{applicationHost}/", Name, "correct horse");
        Assert.Equal(303, (int)login.StatusCode);

        // The port of the world is taken by other proxies at other addresses; nothing here logs in through this one.
        var site = world.Site("127.0.0.1") with { Application = application, Port = Ports.Free(1)[0] };
        await using var running = await DocumentedProxy.Start(proxy, site);
        using var client = new ProxyClient(site);
        return await client.Get(applicationHost, "/", ("Cookie", visitor.LoginCookie!), ("Authorization", "Basic cm9vdDpyb290"), ("X-User-Ident", "root"));
    }

    /// <summary>The issuer as the tenant publishes it.</summary>
    private static async Task<string> IssuerOf(World world, string host)
    {
        using var visitor = new Visitor(world.Server.Address);
        using var metadata = await visitor.Send(HttpMethod.Get, "/.well-known/openid-configuration", host, []);
        using var document = JsonDocument.Parse(await metadata.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("issuer").GetString()!;
    }

    private Task<World> World(string proxy, bool overRedis)
    {
        Assert.SkipWhen(ChildProcess.Find(proxy) is null, $"{proxy} is not installed");
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        return overRedis ? worlds.OverRedis : worlds.Embedded;
    }
}
