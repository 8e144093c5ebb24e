using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.Gateway.Tests.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Authorization;

/// <summary>Answers to a client nobody knows are those to one that does not prove itself (RFC 6749 §5.2): they do not tell which clients exist.</summary>
[Trait("Standard", "RFC 6749")]
public sealed class UnknownClientTests
{
    private const string Host = "login.example.com";
    private const string Url = $"https://{Host}/token";

    private static readonly Client _client = new()
    {
        Name = "shop",
        Ident = Guid.Parse("6f3c7b5e-6c53-4f0e-9d3f-1d4c7b1c2a11"),
        TenantName = LoginWorld.Cheese.Name,
        RedirectUrls = [],
        GrantTypes = ["client_credentials"],
        IsConfidential = true,
    };

    public static TheoryData<string> Proofs => ["none", "no proof at all", "of another server", "without a nonce", "signed wrongly", "of a host nobody has"];

    [Theory, MemberData(nameof(Proofs))]
    [Trait("Standard", "RFC 9449")]
    public async Task a_proof_is_judged_alike_whether_the_client_exists_or_not(string kind)
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.ClientAuthentication.Client = _client;
        world.Cluster.ClientAuthentication.Secret = "a-secret-of-at-least-thirty-two-bytes";
        world.Cluster.Catalog.Publish(_client);
        await Eventually.Holds(() => world.Services.GetRequiredService<CatalogMirror>().Current.ClientByIdent(_client.Ident) is not null);
        using var key = new DpopKey();
        var proof = ProofOf(kind, key, world.Clock.GetUtcNow());

        var host = kind == "of a host nobody has" ? "nobody.example" : Host;

        var known = await Ask(world, host, _client.Ident, proof);
        var unknown = await Ask(world, host, Guid.Parse("00000000-0000-4000-8000-000000000001"), proof);

        Assert.Equal((known.Status, known.Body), (unknown.Status, unknown.Body));
        Assert.Equal(known.Headers.ContainsKey("DPoP-Nonce"), unknown.Headers.ContainsKey("DPoP-Nonce"));
        Assert.Contains(kind == "none" ? "invalid_client" : kind == "without a nonce" ? "use_dpop_nonce" : "invalid_dpop_proof", unknown.Body, StringComparison.Ordinal);
    }

    private static string? ProofOf(string kind, DpopKey key, DateTimeOffset now) => kind switch
    {
        "none" => null,
        "no proof at all" => "x",
        "of another server" => key.Proof("POST", "https://elsewhere.example/token", now),
        "of a host nobody has" => key.Proof("POST", "https://nobody.example/token", now),
        "without a nonce" => key.Proof("POST", Url, now),
        _ => key.Proof("POST", Url, now)[..^8] + "AAAAAAAA",
    };

    private static async Task<Browser.Answer> Ask(LoginWorld world, string host, Guid client, string? proof)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Address, "/token"));
        request.Headers.Host = host;
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:wrong-secret-of-thirty-two-bytes-long")));
        if (proof is not null)
        {
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        }

        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" });
        using var response = await world.Send(request);
        return await Browser.Answer.Of(response);
    }
}
