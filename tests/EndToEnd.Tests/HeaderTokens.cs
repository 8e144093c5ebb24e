using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Uitsmijter.Actors.EndToEnd.Tests.Applications;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Applications behind the proxy verify the header token with the libraries of their own field, nothing of ours.</summary>
public sealed class HeaderTokens(HeaderTokens.Place place) : IClassFixture<HeaderTokens.Place>
{
    /// <summary>Tenant by tenant: its algorithm, its login host, one of its applications.</summary>
    public static TheoryData<string, string, string> EachAlgorithm { get; } = new()
    {
        { "ES256", "login.example.test", "cookbooks.example.test" },
        { "RS256", "id.ham.test", "page.ham.test" },
        { "HS256", "login.example.test", "yolk.egg.example.test" },
    };

    [Theory, MemberData(nameof(EachAlgorithm))]
    public async Task a_node_application_verifies_the_header_token_with_jsonwebtoken_and_jose(string algorithm, string loginHost, string applicationHost)
    {
        Assert.SkipWhen(NodeApplication.MissingPart is not null, NodeApplication.MissingPart ?? "");
        var token = await HeaderToken(loginHost, applicationHost);
        await using var application = await NodeApplication.Start(place.Server.Address, applicationHost, Tenants.JwtSecret);

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
    public async Task a_dotnet_application_verifies_the_header_token(string algorithm, string loginHost, string applicationHost)
    {
        var token = await HeaderToken(loginHost, applicationHost);
        using var visitor = new Visitor(place.Server.Address);
        using var published = await visitor.Send(HttpMethod.Get, "/.well-known/jwks.json", applicationHost, []);
        var keys = JsonWebKeySet.Create(await published.Content.ReadAsStringAsync()).GetSigningKeys();
        if (algorithm == "HS256")
        {
            Assert.Empty(keys);
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

    private async Task<string> HeaderToken(string loginHost, string applicationHost)
    {
        using var visitor = new Visitor(place.Server.Address);
        using var login = await visitor.LogIn(loginHost, $"https://{applicationHost}/", "ada@example.com", "correct horse");
        Assert.Equal(303, (int)login.StatusCode);
        using var answer = await visitor.Ask("traefik", applicationHost);
        Assert.Equal(200, (int)answer.StatusCode);
        var scheme = answer.Headers.GetValues("Authorization").Single().Split(' ');
        Assert.Equal("Bearer", scheme[0]);
        return scheme[1];
    }

    /// <summary>One server for all of them.</summary>
    public sealed class Place : IAsyncLifetime
    {
        private string _directory = "";

        /// <summary>The server.</summary>
        public AuthenticationServer Server { get; private set; } = null!;

        /// <inheritdoc />
        public async ValueTask InitializeAsync()
        {
            _directory = Directory.CreateTempSubdirectory("uitsmijter-tokens-").FullName;
            Tenants.Write(Path.Combine(_directory, "Resources", "Configurations"), 443);
            Server = await AuthenticationServer.Embedded(_directory, new Dictionary<string, string> { ["JWT_SECRET"] = Tenants.JwtSecret });
        }

        /// <inheritdoc />
        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
