using System.Net;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What a client calls itself stands in its tokens: nothing a stranger wraps around the id may get there.</summary>
[Trait("Attack", "27")]
public sealed class SpelledIds(Worlds worlds)
{
    [Theory]
    [InlineData(" {0}")]
    [InlineData("{0}\n")]
    [InlineData("\u2028{0}\t")]
    public async Task a_client_id_with_white_space_around_it_is_nobodys_at_the_token_endpoint(string spelling)
    {
        using var spa = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Spa, null);
        var code = (await spa.Answer(spa.Request()))["code"];

        var (status, answer) = await Post("/token", new() { ["grant_type"] = "authorization_code", ["code"] = code, ["client_id"] = spelling.Replace("{0}", RelyingParty.Spa, StringComparison.Ordinal) });
        var (own, _, _) = await spa.Exchange(code);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, answer.GetProperty("error").GetString()));
        Assert.Equal(HttpStatusCode.OK, own);
    }

    [Theory]
    [InlineData("/introspect")]
    [InlineData("/revoke")]
    [InlineData("/oauth/par")]
    public async Task a_client_id_with_white_space_around_it_is_nobodys_elsewhere(string path)
    {
        var (status, _) = await Post(path, new() { ["token"] = "x", ["client_id"] = RelyingParty.Web + "\n", ["client_secret"] = RelyingParty.Secret });

        Assert.Equal(HttpStatusCode.Unauthorized, status);
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> Post(string path, Dictionary<string, string> form)
    {
        using var visitor = new Visitor((await worlds.Embedded).Server.Address);
        using var answer = await visitor.Send(HttpMethod.Post, path, "id.shop.test", new() { ["X-Forwarded-Proto"] = "https" }, new FormUrlEncodedContent(form));
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }
}
