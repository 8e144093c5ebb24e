using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>A client as its developer writes one: plain HTTP, nothing of ours, and a person with a browser before it.</summary>
internal sealed partial class RelyingParty(World world, string host, string clientId, string? secret) : IDisposable
{
    public const string Web = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a01";
    public const string Spa = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02";
    public const string Old = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a03";
    public const string Dairy = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a04";
    public const string Referred = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a05";
    public const string Leaving = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a31";
    public const string Framed = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a32";
    public const string Told = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a33";
    public const string Secret = "a-secret-of-the-shop-0123456789";
    public const string Callback = "https://app.shop.test/callback";

    private readonly Visitor _person = new(world.Server.Address);

    public string Verifier { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The person's login cookie as <c>name=value</c>.</summary>
    public string? LoginCookie => _person.LoginCookie;

    public void Dispose() => _person.Dispose();

    /// <summary>The parameters of an ordinary request.</summary>
    public Dictionary<string, string> Request(string scope = "openid profile orders:read") => new()
    {
        ["response_type"] = "code",
        ["client_id"] = clientId,
        ["redirect_uri"] = Callback,
        ["state"] = "a b&c=d",
        ["scope"] = scope,
        ["nonce"] = "nonce-1",
        ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        ["code_challenge_method"] = "S256",
    };

    /// <summary>Sends the person to the authorization endpoint.</summary>
    public Task<HttpResponseMessage> Authorize(Dictionary<string, string> request) => Get("/authorize?" + Encode(request));

    /// <summary>Leaves a request at the endpoint for pushed ones; the way to use its name.</summary>
    public async Task<Dictionary<string, string>> Push(Dictionary<string, string> request)
    {
        var (status, body, _) = await Post("/oauth/par", request);
        Assert.Equal(HttpStatusCode.Created, status);
        return new() { ["client_id"] = clientId, ["request_uri"] = body.GetProperty("request_uri").GetString()! };
    }

    /// <summary>Sends the person to the authorization endpoint with headers of their own.</summary>
    public Task<HttpResponseMessage> Authorize(Dictionary<string, string> request, params (string Name, string? Value)[] headers)
    {
        var all = Proxied();
        foreach (var (name, value) in headers)
        {
            all[name] = value;
        }

        return _person.Send(HttpMethod.Get, "/authorize?" + Encode(request), host, all);
    }

    /// <summary>Sends the person there by POST.</summary>
    public Task<HttpResponseMessage> AuthorizeByPost(HttpContent form, string? site = null)
    {
        var headers = Proxied();
        headers["Sec-Fetch-Site"] = site;
        return _person.Send(HttpMethod.Post, "/authorize", host, headers, form);
    }

    /// <summary>Opens an address with the person's browser.</summary>
    public Task<HttpResponseMessage> Get(string target) => _person.Send(HttpMethod.Get, target, host, Proxied());

    /// <summary>Fills in the login form a page shows.</summary>
    public async Task<HttpResponseMessage> LogIn(HttpResponseMessage page, string password = "correct horse", string username = "ada@example.com")
    {
        var fields = HiddenField().Matches(await page.Content.ReadAsStringAsync())
            .ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        fields["username"] = username;
        fields["password"] = password;
        return await _person.Send(HttpMethod.Post, "/login", host, Proxied(), new FormUrlEncodedContent(fields));
    }

    /// <summary>Presses the button of a page.</summary>
    public async Task<HttpResponseMessage> Submit(HttpResponseMessage page, string path) => await Submit(
        HiddenField().Matches(await page.Content.ReadAsStringAsync())
            .ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value)),
        path);

    /// <summary>Posts a form with the person's browser.</summary>
    public Task<HttpResponseMessage> Submit(Dictionary<string, string> fields, string path) =>
        _person.Send(HttpMethod.Post, path, host, Proxied(), new FormUrlEncodedContent(fields));

    /// <summary>The whole way to a code: the answer of the authorization endpoint as the client sees it.</summary>
    public async Task<Dictionary<string, string>> Answer(Dictionary<string, string> request, string username = "ada@example.com")
    {
        using var answer = await Arrive(request, username);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return Parameters(answer);
    }

    /// <summary>The same up to the last response, whatever it is.</summary>
    public async Task<HttpResponseMessage> Arrive(Dictionary<string, string> request, string username = "ada@example.com")
    {
        var answer = await Authorize(request);
        if (answer.StatusCode != HttpStatusCode.Unauthorized)
        {
            return answer;
        }

        using var login = await LogIn(answer, username: username);
        answer.Dispose();
        Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        var arrived = await Get(login.Headers.Location!.OriginalString);
        if (arrived.StatusCode != HttpStatusCode.OK || request.GetValueOrDefault("prompt") != "consent")
        {
            return arrived;
        }

        using (arrived)
        {
            return await Consent(arrived, "allow");
        }
    }

    /// <summary>The hidden fields of a page.</summary>
    public static async Task<Dictionary<string, string>> Fields(HttpResponseMessage page) => HiddenField().Matches(await page.Content.ReadAsStringAsync())
        .ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value));

    /// <summary>What a redirect to the client says.</summary>
    public static Dictionary<string, string> Parameters(HttpResponseMessage answer)
    {
        var location = answer.Headers.Location!.OriginalString;
        Assert.StartsWith(Callback + "?", location, StringComparison.Ordinal);
        return location[(Callback.Length + 1)..].Split('&').Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => Uri.UnescapeDataString(pair[1]));
    }

    /// <summary>Posts a form to an endpoint as the client, by HTTP Basic where it has a secret.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Post(string path, Dictionary<string, string> form, bool proven = true)
    {
        using var client = new HttpClient { BaseAddress = world.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Host = host;
        if (secret is not null && proven)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}")));
        }
        else
        {
            form = new Dictionary<string, string>(form) { ["client_id"] = clientId };
        }

        request.Content = new FormUrlEncodedContent(form);
        var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text), response);
    }

    /// <summary>Exchanges a code.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Exchange(string code) => Post("/token", new()
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = Callback,
        ["code_verifier"] = Verifier,
    });

    /// <summary>Refreshes.</summary>
    public Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> Refresh(string refreshToken) =>
        Post("/token", new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken });

    /// <summary>Asks with an access token.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> Ask(string path, string? accessToken)
    {
        using var client = new HttpClient { BaseAddress = world.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        if (accessToken is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + accessToken);
        }

        using var response = await client.SendAsync(request);
        return (response.StatusCode, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()));
    }

    /// <summary>Answers the question whether the client may have what it asks for.</summary>
    public async Task<HttpResponseMessage> Consent(HttpResponseMessage page, string answer)
    {
        var fields = HiddenField().Matches(await page.Content.ReadAsStringAsync())
            .ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        fields["answer"] = answer;
        return await _person.Send(HttpMethod.Post, "/consent", host, Proxied(), new FormUrlEncodedContent(fields));
    }

    private static string Encode(Dictionary<string, string> parameters) =>
        string.Join('&', parameters.Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));

    private Dictionary<string, string?> Proxied() => new() { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = host, ["Accept"] = "text/html" };

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();
}
