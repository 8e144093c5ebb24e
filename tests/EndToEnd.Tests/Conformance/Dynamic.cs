using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>
/// Plan Dynamic: strictness of redirects, and rotation of keys. Clients are registered by their files here, so what the suite expects of the
/// registration endpoint is expected of a file.
/// </summary>
/// <param name="worlds">The servers.</param>
public sealed class Dynamic(Worlds worlds) : ConformanceTests(worlds)
{
    [Fact, Trait("Module", "oidcc-redirect-uri-query-OK")]
    public async Task the_query_of_a_registered_address_is_kept()
    {
        using var party = await Party("query", Certification.WithQuery);

        var answer = await party.Answer(new(party.Request()) { ["redirect_uri"] = Certification.CallbackWithQuery });

        Assert.Equal(("lorem", "ipsum"), (answer["dummy1"], answer["dummy2"]));
        Assert.True(answer.ContainsKey("code"));
    }

    [Fact, Trait("Module", "oidcc-redirect-uri-query-mismatch")]
    public Task another_query_than_the_registered_one_is_refused() => IsRefused(Certification.WithQuery, Certification.Callback + "?foo=bar");

    [Fact, Trait("Module", "oidcc-redirect-uri-query-added")]
    public Task a_query_that_is_not_registered_is_refused() => IsRefused(Certification.First, Certification.Callback + "?foo=bar");

    [Fact, Trait("Module", "oidcc-redirect-uri-regfrag")]
    public async Task a_registered_fragment_never_becomes_an_address()
    {
        await IsRefused(Certification.WithFragment, Certification.Callback + "#fragment");
        await IsRefused(Certification.WithFragment, Certification.Callback);
    }

    [Fact, Trait("Module", "oidcc-server-rotate-keys")]
    public async Task a_rotation_publishes_a_new_key_beside_the_old_one()
    {
        var world = await World;
        using var party = await Party("query");
        var before = Kids(await party.Keys());
        using var operation = new HttpClient { BaseAddress = world.Server.Management };
        operation.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", EndToEnd.Tests.World.ManagementToken);

        using var answer = await operation.PostAsync($"/tenants/{Certification.Tenant}/keys/rotate", null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var after = Kids(await party.Keys());
        Assert.Equal(after.Distinct(), after);
        Assert.NotEmpty(after.Except(before));
        Assert.Empty(before.Except(after));
        await party.LogIn(party.Request());
    }

    /// <summary>Ids of keys that are public, for signatures, and complete.</summary>
    private static string[] Kids(JsonElement keys) => [.. keys.GetProperty("keys").EnumerateArray().Select(static key =>
    {
        Assert.Equal("sig", key.GetProperty("use").GetString());
        Assert.All((string[])["d", "p", "q", "dp", "dq", "qi", "k"], secret => Assert.False(key.TryGetProperty(secret, out _), secret));
        return key.GetProperty("kid").GetString()!;
    })];

    private async Task IsRefused(string clientId, string redirectUri)
    {
        using var party = await Party("query", clientId);

        var arrival = await party.Send(new(party.Request()) { ["redirect_uri"] = redirectUri });

        Assert.False(arrival.IsAtClient);
        Assert.Equal(HttpStatusCode.BadRequest, arrival.Status);
        Assert.Contains("redirect_uri", arrival.Page, StringComparison.Ordinal);
    }
}
