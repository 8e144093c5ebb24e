using System.Net;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>
/// As much of a browser as the login needs: it keeps cookies by name, domain and prefix rules, fills in forms and says where it comes
/// from. It speaks to a TLS-terminating proxy on loopback, which forwards.
/// </summary>
internal sealed partial class Browser(LoginWorld world)
{
    private readonly Dictionary<(string Name, string Domain), string> _jar = [];

    public bool IsHttps { get; set; } = true;

    public Dictionary<string, string> Headers { get; } = new() { ["Accept"] = "text/html" };

    public IReadOnlyDictionary<(string Name, string Domain), string> Jar => _jar;

    public List<string> SetCookies { get; private set; } = [];

    /// <summary>Everything the gateway ever wrote back to this browser.</summary>
    public List<string> Seen { get; } = [];

    public void Hold(string name, string domain, string value) => _jar[(name, domain)] = value;

    /// <summary>Drops the login cookie, as its expiry would.</summary>
    public Browser LoseLogin()
    {
        foreach (var key in _jar.Keys.Where(static key => key.Name.StartsWith("uitsmijter-sso", StringComparison.Ordinal)).ToList())
        {
            _jar.Remove(key);
        }

        return this;
    }

    public string? CookieNamed(string prefix) => _jar.Where(cookie => cookie.Key.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(static cookie => cookie.Value).FirstOrDefault();

    public Task<Answer> Get(string host, string pathAndQuery, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, host, pathAndQuery, null, headers);

    public Task<Answer> Post(string host, string path, HttpContent? content, params (string Name, string Value)[] headers) => Send(HttpMethod.Post, host, path, content, headers);

    public Task<Answer> Submit(string host, Answer form, string userName, string password, params (string Name, string Value)[] headers) =>
        Post(host, "/login", new FormUrlEncodedContent(form.Fields(userName, password)), headers);

    /// <summary>Opens the form for a target and logs in.</summary>
    public async Task<Answer> LogIn(string host, string query, string userName = "ada@example.com", string? password = null) =>
        await Submit(host, await Get(host, $"/login{query}"), userName, password ?? Cluster.FakeProvider.Password);

    private async Task<Answer> Send(HttpMethod method, string host, string pathAndQuery, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(world.Address, pathAndQuery)) { Content = content };
        request.Headers.Host = host;
        if (IsHttps)
        {
            request.Headers.Add("X-Forwarded-Proto", "https");
        }

        foreach (var (name, value) in Headers.Select(static header => (header.Key, header.Value)).Concat(headers))
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var name0 = host.Split(':')[0];
        var cookies = _jar.Where(cookie => name0 == cookie.Key.Domain.TrimStart('.') || (cookie.Key.Domain.StartsWith('.') && name0.EndsWith(cookie.Key.Domain, StringComparison.Ordinal))).ToList();
        if (cookies.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", cookies.Select(static cookie => $"{cookie.Key.Name}={cookie.Value}")));
        }

        using var response = await world.Send(request);
        var answer = await Answer.Of(response);

        // No flow here may end in a mistake of ours; when one does, what was logged is the only thing worth reading.
        Assert.True(
            answer.Status != HttpStatusCode.InternalServerError,
            string.Join('\n', world.Logs.Where(static line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal))));
        Keep(name0, answer);
        Seen.Add(answer.Everything);
        return answer;
    }

    private void Keep(string host, Answer answer)
    {
        SetCookies = answer.SetCookies;
        foreach (var cookie in answer.SetCookies)
        {
            var parts = cookie.Split("; ");
            var pair = parts[0].Split('=', 2);
            var domain = parts.FirstOrDefault(static part => part.StartsWith("Domain=", StringComparison.Ordinal))?["Domain=".Length..];
            var key = (pair[0], domain is null ? host : $".{domain.TrimStart('.')}");
            if (parts.Contains("Max-Age=-1"))
            {
                _jar.Remove(key);
            }
            else
            {
                _jar[key] = pair[1];
            }
        }
    }

    /// <summary>One answer, read to its end.</summary>
    internal sealed partial record Answer(HttpStatusCode Status, string Body, string? Location, List<string> SetCookies, Dictionary<string, string> Headers)
    {
        public string Everything => $"{Body}\n{string.Join('\n', Headers.Select(static header => $"{header.Key}: {header.Value}"))}\n{Location}";

        public static async Task<Answer> Of(HttpResponseMessage response)
        {
            var headers = response.Headers.Concat(response.Content.Headers)
                .Where(static header => header.Key != "Set-Cookie")
                .ToDictionary(static header => header.Key, static header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
            return new Answer(
                response.StatusCode,
                await response.Content.ReadAsStringAsync(),
                response.Headers.TryGetValues("Location", out var location) ? location.Single() : null,
                response.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [],
                headers);
        }

        public string? Hidden(string name)
        {
            foreach (Match input in Input().Matches(Body))
            {
                if (input.Value.Contains($"name=\"{name}\"", StringComparison.Ordinal))
                {
                    var value = Value().Match(input.Value);
                    return value.Success ? WebUtility.HtmlDecode(value.Groups[1].Value) : "";
                }
            }

            return null;
        }

        public Dictionary<string, string> Fields(string userName, string password) => new()
        {
            ["username"] = userName,
            ["password"] = password,
            ["location"] = Hidden("location") ?? "",
            ["mode"] = Hidden("mode") ?? "",
            ["ticket"] = Hidden("ticket") ?? "",
        };

        [GeneratedRegex("<input[^>]*>")]
        private static partial Regex Input();

        [GeneratedRegex("value=\"([^\"]*)\"")]
        private static partial Regex Value();
    }
}
