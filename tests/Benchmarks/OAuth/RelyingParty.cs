using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>One connection's client: performs operations one after another against any of the servers.</summary>
internal sealed class RelyingParty(Contestant server, HttpClient http)
{
    // RFC 7636 appendix B: hashing it again and again would be the generator's work, not the server's.
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private readonly AuthenticationHeaderValue _basic = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{server.ClientId}:{Contestant.Secret}")));
    private string _cookies = server.Cookie;
    private string? _refreshToken;
    private string? _accessToken;

    /// <summary>Gets what the operation works on.</summary>
    /// <param name="operation">The operation that follows.</param>
    public async Task Prepare(Operation operation)
    {
        if (operation is Operation.Cycle or Operation.Refresh && _cookies.Length == 0)
        {
            // Anew for every run: a server may keep no more than some sessions, and logins are measured between.
            var browser = new Browser(server, http);
            await browser.LogIn(Query(server, server.Scope), $"person{Random.Shared.NextInt64():x}@example.com");
            _cookies = browser.Cookies;
        }

        if (operation == Operation.Refresh)
        {
            _refreshToken = (await Cycle(offline: true)).GetProperty("refresh_token").GetString();
        }
        else if (operation == Operation.Introspection)
        {
            // An opaque token where the server knows those: a JWT of such a server cannot be introspected.
            _accessToken = (await Token(new() { ["grant_type"] = "client_credentials" })).GetProperty("access_token").GetString();
        }
    }

    /// <summary>Performs one operation.</summary>
    /// <param name="operation">Which.</param>
    /// <exception cref="InvalidOperationException">The server did not do it.</exception>
    public async Task Perform(Operation operation)
    {
        switch (operation)
        {
            case Operation.Cycle:
                await Cycle(offline: false);
                break;
            case Operation.Login:
                await LogIn();
                break;
            case Operation.Refresh:
                _refreshToken = (await Token(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = _refreshToken! })).GetProperty("refresh_token").GetString();
                break;
            case Operation.ClientCredentials:
                await Token(WithResource(new() { ["grant_type"] = "client_credentials", ["scope"] = "read" }));
                break;
            case Operation.Introspection:
                var answer = await Post(server.IntrospectPath, new() { ["token"] = _accessToken! });
                if (!answer.GetProperty("active").GetBoolean())
                {
                    throw new InvalidOperationException("A good token was called inactive.");
                }

                break;
        }
    }

    private async Task<JsonElement> Cycle(bool offline)
    {
        using var request = server.Request(HttpMethod.Get, Query(server, offline ? server.Scope + " offline_access" : server.Scope));
        request.Headers.TryAddWithoutValidation("Cookie", _cookies);
        using var answer = await http.SendAsync(request);
        var location = answer.Headers.Location?.OriginalString ?? "";
        var code = Code(location) ?? throw new InvalidOperationException($"{server.Name} gave no code: {(int)answer.StatusCode} {location} {await answer.Content.ReadAsStringAsync()}");
        return await Token(new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = Contestant.Callback,
            ["code_verifier"] = Verifier,
        });
    }

    private async Task LogIn()
    {
        var arrived = await new Browser(server, http).LogIn(Query(server, server.Scope), $"person{Random.Shared.NextInt64():x}@example.com");
        if (Code(arrived) is null)
        {
            throw new InvalidOperationException($"{server.Name} gave no code after a login: {arrived}");
        }
    }

    /// <summary>The request for a code with PKCE, as path and query.</summary>
    /// <param name="server">Whom it is for.</param>
    /// <param name="scope">What for.</param>
    public static string Query(Contestant server, string scope) =>
        $"{server.AuthorizePath}?response_type=code&client_id={server.ClientId}&redirect_uri={Uri.EscapeDataString(Contestant.Callback)}&state=s&nonce=n"
            + $"&scope={Uri.EscapeDataString(scope)}&code_challenge={Challenge}&code_challenge_method=S256"
            + (server.Resource is null ? "" : "&resource=" + Uri.EscapeDataString(server.Resource));

    private static string? Code(string location)
    {
        var at = location.IndexOf("code=", StringComparison.Ordinal);
        return location.StartsWith(Contestant.Callback, StringComparison.Ordinal) && at >= 0 ? Uri.UnescapeDataString(location[(at + 5)..].Split('&')[0]) : null;
    }

    private Dictionary<string, string> WithResource(Dictionary<string, string> form)
    {
        if (server.Resource is { } resource)
        {
            form["resource"] = resource;
        }

        return form;
    }

    private Task<JsonElement> Token(Dictionary<string, string> form) => Post(server.TokenPath, form);

    private async Task<JsonElement> Post(string path, Dictionary<string, string> form)
    {
        using var request = server.Request(HttpMethod.Post, path);
        request.Headers.Authorization = _basic;
        request.Content = new FormUrlEncodedContent(form);
        using var answer = await http.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        return answer.StatusCode == HttpStatusCode.OK
            ? JsonSerializer.Deserialize<JsonElement>(body)
            : throw new InvalidOperationException($"{server.Name} answered {path} with {(int)answer.StatusCode}: {Encoding.UTF8.GetString(body)}");
    }
}
