using System.Net;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>A person without a browser: speaks to our server as a proxy would on their behalf, keeps cookies, fills the login form.</summary>
public sealed partial class Visitor : IDisposable
{
    // Connections are shared as a proxy shares them; cookies are every visitor's own.
    private static readonly SocketsHttpHandler _connections = new() { AllowAutoRedirect = false, UseCookies = false };

    private readonly HttpClient _client;
    private readonly Dictionary<string, string> _cookies = [];

    /// <summary>A visitor of a server that trusts loopback as its proxy.</summary>
    public Visitor(Uri server) => _client = new HttpClient(_connections, disposeHandler: false) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The login cookie as <c>name=value</c>, once logged in.</summary>
    public string? LoginCookie => _cookies.Where(static cookie => cookie.Key.StartsWith("uitsmijter-sso", StringComparison.Ordinal))
        .Select(static cookie => $"{cookie.Key}={cookie.Value}").FirstOrDefault();

    /// <summary>Asks a forward-auth question as a proxy does.</summary>
    public Task<HttpResponseMessage> Ask(string dialect, string host, string target = "/", string method = "GET", string? accept = "text/html") =>
        Send(HttpMethod.Get, "/auth/" + dialect, host, new()
        {
            ["X-Forwarded-Method"] = method,
            ["X-Forwarded-Proto"] = "https",
            ["X-Forwarded-Host"] = host,
            ["X-Forwarded-Uri"] = target,
            ["Accept"] = accept,
        });

    /// <summary>Opens the login page for a target.</summary>
    public Task<HttpResponseMessage> Form(string loginHost, string target) =>
        Send(HttpMethod.Get, "/login?mode=interceptor&for=" + Uri.EscapeDataString(target), loginHost, Proxied(loginHost));

    /// <summary>Logs in at a login host for a target.</summary>
    public async Task<HttpResponseMessage> LogIn(string loginHost, string target, string username, string password)
    {
        using var form = await Form(loginHost, target);
        var fields = HiddenField().Matches(await form.Content.ReadAsStringAsync())
            .ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        fields["username"] = username;
        fields["password"] = password;
        return await Send(HttpMethod.Post, "/login", loginHost, Proxied(loginHost), new FormUrlEncodedContent(fields));
    }

    /// <summary>Sends any request with the visitor's cookies.</summary>
    public async Task<HttpResponseMessage> Send(HttpMethod method, string target, string host, Dictionary<string, string?> headers, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, target) { Content = content };
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_cookies.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", _cookies.Select(static cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var response = await _client.SendAsync(request);
        Remember(response);
        return response;
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static Dictionary<string, string?> Proxied(string host) => new() { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = host, ["Accept"] = "text/html" };

    private void Remember(HttpResponseMessage response)
    {
        foreach (var line in response.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
        {
            var pair = line.Split(';')[0].Split('=', 2);
            if (line.Contains("Max-Age=-", StringComparison.OrdinalIgnoreCase) || line.Contains("Max-Age=0", StringComparison.OrdinalIgnoreCase))
            {
                _cookies.Remove(pair[0]);
            }
            else
            {
                _cookies[pair[0]] = pair[1];
            }
        }
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();
}
