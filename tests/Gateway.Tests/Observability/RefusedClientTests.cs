using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.Gateway.Tests.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Observability;

/// <summary>What the log says of a client that was refused (operations.md, Logs).</summary>
[Trait("Attack", "45")]
public sealed class RefusedClientTests
{
    private const string Host = "login.example.com";

    private static readonly Client _client = new()
    {
        Name = "shop",
        Ident = Guid.Parse("6f3c7b5e-6c53-4f0e-9d3f-1d4c7b1c2a11"),
        TenantName = LoginWorld.Cheese.Name,
        RedirectUrls = ["https://app.example.net/callback"],
        GrantTypes = ["authorization_code"],
        IsConfidential = true,
    };

    [Theory]
    [InlineData("/INTROSPECT/")]
    [InlineData("/%69ntrospect")]
    public async Task the_record_names_the_endpoint_as_we_do_however_it_was_spelled(string path)
    {
        await using var world = await Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Address, path));
        request.Headers.Host = Host;
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_client.Ident}:wrong")));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["token"] = "x" });

        using var answer = await world.Send(request);

        Assert.Contains(world.Logs, static line => line.Contains("Client refused: tenant=cheese/cheese client=shop endpoint=/introspect error=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("&redirect_uri=https://elsewhere.example/", "The redirect_uri is not registered for the client.")]
    [InlineData("", "The redirect_uri is missing.")]
    [InlineData("&redirect_uri=https://app.example.net/callback&redirect_uri=https://app.example.net/callback", "A parameter stands there more than once.")]
    public async Task what_only_the_person_is_shown_the_operator_reads_with_the_name_of_the_client(string address, string why)
    {
        await using var world = await Start();

        await world.OpenBrowser().Get(Host, $"/authorize?response_type=code&client_id={_client.Ident}{address}");

        var told = Assert.Single(world.Logs, static line => line.Contains("Refused with", StringComparison.Ordinal));
        Assert.Contains("GET /authorize, tenant cheese/cheese, client shop, host login.example.com", told, StringComparison.Ordinal);
        Assert.Contains(why, told, StringComparison.Ordinal);
    }

    private static async Task<LoginWorld> Start()
    {
        var world = await LoginWorld.Start();
        world.Cluster.Catalog.Publish(_client);
        await Eventually.Holds(() => world.Services.GetRequiredService<CatalogMirror>().Current.ClientByIdent(_client.Ident) is not null);
        return world;
    }
}
