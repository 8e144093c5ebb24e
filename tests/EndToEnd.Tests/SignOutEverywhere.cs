using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Two silos, two gateways: nothing a subject had is good anywhere once the sign-out is reported, and nobody else notices.</summary>
[Trait("Attack", "19")]
[Trait("Standard", "ASVS 7.4.2")]
public sealed class SignOutEverywhere(TwoOfEach cluster) : IClassFixture<TwoOfEach>
{
    private const string Host = "id.shop.test";

    [Fact]
    public async Task every_token_and_every_session_of_the_subject_is_refused_at_every_gateway()
    {
        var (name, other) = ($"{Guid.NewGuid():N}@example.com", $"{Guid.NewGuid():N}@example.com");
        using var online = Client();
        using var offline = Client();
        using var stranger = Client();
        var (lasting, short_, foreign) = (
            await LogIn(offline, name, "openid profile offline_access"), await LogIn(online, name, "openid profile orders:read"), await LogIn(stranger, other, "openid profile offline_access"));
        var code = (await offline.Answer(offline.Request("openid profile offline_access"), name))["code"];

        var done = await SignOut(name);

        Assert.Equal((2, 1), (done.GetProperty("sessions").GetInt32(), done.GetProperty("grants").GetInt32()));
        foreach (var gateway in cluster.World.Server.Gateways)
        {
            await CodeFlow.Until(async () => await UserInfo(gateway, lasting) == HttpStatusCode.Unauthorized && await UserInfo(gateway, short_) == HttpStatusCode.Unauthorized);
            Assert.Equal(HttpStatusCode.OK, await UserInfo(gateway, foreign));
        }

        Assert.Equal("invalid_grant", await Error(offline.Refresh(Read(lasting, "refresh_token"))));
        Assert.Equal("invalid_grant", await Error(online.Refresh(Read(short_, "refresh_token"))));
        Assert.Equal("invalid_grant", await Error(offline.Exchange(code)));
        Assert.Equal(HttpStatusCode.OK, (await stranger.Refresh(Read(foreign, "refresh_token"))).Status);
        using var silent = await online.Authorize(new(online.Request()) { ["prompt"] = "none" });
        Assert.Equal("login_required", RelyingParty.Parameters(silent)["error"]);
        Assert.Equal((0, 0), ((await SignOut(name)).GetProperty("sessions").GetInt32(), (await SignOut(name)).GetProperty("grants").GetInt32()));
    }

    private RelyingParty Client() => new(cluster.World, Host, RelyingParty.Told, RelyingParty.Secret);

    private static async Task<JsonElement> LogIn(RelyingParty client, string name, string scope)
    {
        var (status, tokens, _) = await client.Exchange((await client.Answer(client.Request(scope), name))["code"]);
        Assert.Equal(HttpStatusCode.OK, status);
        return tokens;
    }

    private async Task<JsonElement> SignOut(string name)
    {
        using var operation = new HttpClient { BaseAddress = cluster.World.Server.Management };
        operation.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", World.ManagementToken);
        using var answer = await operation.DeleteAsync(new Uri($"/sessions?tenant=shop&subject={Uri.EscapeDataString("subject-of-" + name)}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpStatusCode> UserInfo(Uri gateway, JsonElement tokens)
    {
        using var client = new HttpClient { BaseAddress = gateway };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/userinfo") { Headers = { Host = Host, Authorization = new AuthenticationHeaderValue("Bearer", Read(tokens, "access_token")) } };
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<string?> Error(Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> answer) => (await answer).Body.GetProperty("error").GetString();

    private static string Read(JsonElement tokens, string name) => tokens.GetProperty(name).GetString()!;
}
