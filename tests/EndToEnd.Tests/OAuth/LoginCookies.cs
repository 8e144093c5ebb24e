using System.Net;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Where a browser's login cookie counts, and where it does not, against a running server.</summary>
/// <param name="worlds">The servers.</param>
public sealed class LoginCookies(Worlds worlds)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Contract", "http 16")]
    [Trait("Attack", "20")]
    public async Task the_login_cookie_of_another_tenant_is_no_login_here(bool withPkce)
    {
        // The list says 403; design §4: a foreign tenant's cookie leads to the login page, never to a dead end.
        var world = await worlds.Embedded;
        using var dairy = new RelyingParty(world, "id.dairy.test", RelyingParty.Dairy, RelyingParty.Secret);
        using var shop = new RelyingParty(world, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        await dairy.Answer(dairy.Request());
        await shop.Answer(shop.Request());
        var cookie = dairy.LoginCookie;

        // Browsers without a cookie of their own, so that what is sent is this very one.
        using var atHome = new RelyingParty(world, "id.dairy.test", RelyingParty.Dairy, RelyingParty.Secret);
        using var abroad = new RelyingParty(world, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        using var known = await atHome.Authorize(Request(atHome, withPkce), ("Cookie", cookie));
        using var asked = await abroad.Authorize(Request(abroad, withPkce), ("Cookie", cookie));
        using var silent = await abroad.Authorize(new(Request(abroad, withPkce)) { ["prompt"] = "none" }, ("Cookie", cookie));

        Assert.Equal(NameOf(shop.LoginCookie), NameOf(cookie));
        Assert.Contains("code", RelyingParty.Parameters(known).Keys);
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.Null(asked.Headers.Location);
        Assert.Contains("loginButton", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("login_required", RelyingParty.Parameters(silent)["error"]);
        Assert.DoesNotContain("code", RelyingParty.Parameters(silent).Keys);
    }

    [Theory]
    [InlineData("GET", "/userinfo")]
    [InlineData("POST", "/userinfo")]
    [InlineData("GET", "/token/info")]
    [Trait("Contract", "http W33")]
    [Trait("Standard", "RFC 6750")]
    [Trait("Attack", "29")]
    public async Task the_login_cookie_says_to_nobody_who_the_person_is(string method, string path)
    {
        using var client = new RelyingParty(await worlds.Embedded, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        await client.Answer(client.Request());
        var cookie = client.LoginCookie!;

        using var answer = await (method == "GET" ? client.Get(path) : client.Submit([], path));
        var asBearer = await client.Ask(path, cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        using var silent = await client.Authorize(new(client.Request()) { ["prompt"] = "none" });

        // Without an error: as to one who sent nothing (RFC 6750 §3.1).
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.StartsWith("Bearer ", answer.Headers.WwwAuthenticate.First().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("error", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ada@example.com", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (asBearer.Status, asBearer.Body.GetProperty("error").GetString()));
        Assert.Contains("code", RelyingParty.Parameters(silent).Keys);
    }

    private static Dictionary<string, string> Request(RelyingParty client, bool withPkce)
    {
        var request = client.Request("openid");
        if (!withPkce)
        {
            request.Remove("code_challenge");
            request.Remove("code_challenge_method");
        }

        return request;
    }

    private static string NameOf(string? cookie) => cookie!.Split('=')[0];
}
