using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.Tokens;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>
/// A person with a browser behind the proxy of the contract's browser tests. Its clients have no secret, so they use PKCE here, where the contract's did
/// without (design §4).
/// </summary>
/// <param name="world">The server.</param>
/// <param name="host">Host of the tenant.</param>
internal sealed partial class ContractVisitor(World world, string host) : IDisposable
{
    private const string Verifier = "a-verifier-of-forty-three-characters-or-more-012";

    private static readonly string _challenge = "&code_challenge_method=S256&code_challenge=" + Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    private readonly Visitor _person = new(world.Server.Address);

    /// <summary>What the proxy and the browser add to every request.</summary>
    public Dictionary<string, string?> Headers { get; } = new() { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = host, ["Accept"] = "text/html" };

    /// <inheritdoc />
    public void Dispose() => _person.Dispose();

    /// <summary>Opens an address of the host.</summary>
    public Task<HttpResponseMessage> Get(string target) => _person.Send(HttpMethod.Get, target, host, Headers);

    /// <summary>Opens the authorization endpoint.</summary>
    public Task<HttpResponseMessage> Authorize(string client, string redirectUri, string more = "", bool proven = true) =>
        Get($"/authorize?response_type=code&client_id={client}&redirect_uri={Uri.EscapeDataString(redirectUri)}&state=123{more}{(proven ? _challenge : "")}");

    /// <summary>Fills in the form of a page.</summary>
    public async Task<HttpResponseMessage> LogIn(HttpResponseMessage page, string username = "ada@example.com", string password = "correct horse")
    {
        var fields = HiddenField().Matches(await page.Content.ReadAsStringAsync())
            .ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        (fields["username"], fields["password"]) = (username, password);
        return await _person.Send(HttpMethod.Post, "/login", host, Headers, new FormUrlEncodedContent(fields));
    }

    /// <summary>Logs in for a client and answers where the browser is sent at last.</summary>
    public async Task<Uri> Arrive(string client, string redirectUri, string more = "")
    {
        using var page = await Authorize(client, redirectUri, more);
        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        using var login = await LogIn(page);
        Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        using var answer = await Get(login.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return answer.Headers.Location!;
    }

    /// <summary>Asks the token endpoint as a client without a secret.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> Token(params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(static field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await _person.Send(HttpMethod.Post, "/token", host, new(Headers) { ["Accept"] = "application/json" }, content);
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>Logs in for a client and exchanges the code.</summary>
    public async Task<JsonElement> Tokens(string client, string redirectUri, string more = "") => await Exchange(client, await Arrive(client, redirectUri, more));

    /// <summary>Exchanges the code of an answer.</summary>
    public async Task<JsonElement> Exchange(string client, Uri arrival)
    {
        var code = Conformance.Person.Parameters(arrival.Query.TrimStart('?'))["code"];
        var (status, tokens) = await Token(("grant_type", "authorization_code"), ("client_id", client), ("code", code), ("code_verifier", Verifier));
        Assert.True(status == HttpStatusCode.OK, tokens.GetRawText());
        return tokens;
    }

    /// <summary>Asks with a bearer token, or without.</summary>
    public async Task<JsonElement> Json(string target, string? token = null)
    {
        var headers = new Dictionary<string, string?>(Headers) { ["Accept"] = "application/json" };
        if (token is not null)
        {
            headers["Authorization"] = "Bearer " + token;
        }

        using var answer = await _person.Send(HttpMethod.Get, target, host, headers);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();
}
