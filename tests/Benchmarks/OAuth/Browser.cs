using System.Net;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>A person's browser as far as a login needs one: cookies by their path, redirects, the first form of a page. The same for every server.</summary>
/// <param name="server">Whom it visits.</param>
/// <param name="http">Its connections; cookies are this browser's own.</param>
internal sealed partial class Browser(Contestant server, HttpClient http)
{
    // More pages than any of the servers has between a request and its answer.
    private const int Longest = 10;

    private readonly CookieContainer _cookies = new();

    // Where the server believes to be: ours is behind a proxy with TLS, and its cookies are for that.
    private readonly Uri _origin = new(server.Host is { } host ? $"https://{host}" : $"http://127.0.0.1:{server.Port}");

    /// <summary>The cookies that the authorization endpoint would get.</summary>
    public string Cookies => _cookies.GetCookieHeader(new Uri(_origin, server.AuthorizePath));

    /// <summary>Opens an address as a person nobody knows, types name and password into the form that comes, and goes where it leads.</summary>
    /// <param name="target">Path and query.</param>
    /// <param name="person">The name; any password is good.</param>
    /// <returns>The address of the client to which the server sent the browser at last.</returns>
    /// <exception cref="InvalidOperationException">It did not arrive there.</exception>
    public async Task<string> LogIn(string target, string person)
    {
        var (method, address, form) = (HttpMethod.Get, new Uri(_origin, target), default(Dictionary<string, string>));
        for (var page = 0; page < Longest; page++)
        {
            using var answer = await Send(method, address, form);
            var html = await answer.Content.ReadAsStringAsync();
            if (answer.Headers.Location is { } location)
            {
                (method, address, form) = (HttpMethod.Get, new Uri(address, location), null);
                if (address.AbsoluteUri.StartsWith(Contestant.Callback, StringComparison.Ordinal))
                {
                    return address.AbsoluteUri;
                }
            }
            else if (Form().Match(html) is { Success: true } found && form is null)
            {
                (method, address) = (HttpMethod.Post, new Uri(address, WebUtility.HtmlDecode(found.Groups["action"].Value)));
                form = HiddenField().Matches(html).ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value));

                // Every server's own word for it; what one does not know it leaves unread.
                (form["username"], form["login"], form["password"]) = (person, person, "any");
            }
            else
            {
                throw new InvalidOperationException($"{server.Name} stopped a login at {address.AbsolutePath}: {(int)answer.StatusCode} {html}");
            }
        }

        throw new InvalidOperationException($"{server.Name} sent a login from page to page.");
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, Uri address, Dictionary<string, string>? form)
    {
        using var request = server.Request(method, address.PathAndQuery);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        request.Content = form is null ? null : new FormUrlEncodedContent(form);
        if (_cookies.GetCookieHeader(address) is { Length: > 0 } cookies)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        }

        var answer = await http.SendAsync(request);
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            _cookies.SetCookies(address, cookie);
        }

        return answer;
    }

    [GeneratedRegex("<form[^>]*action=\"(?<action>[^\"]+)\"")]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex HiddenField();
}
