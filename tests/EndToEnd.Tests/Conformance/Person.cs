using System.Net;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>
/// A person with a browser, as clients send one to a provider: real addresses, cookies, forms, redirects; stops where the client's address is reached.
/// </summary>
internal sealed partial class Person : IDisposable
{
    private const int MostSteps = 12;

    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer(), UseCookies = true });

    /// <summary>Login forms filled in so far.</summary>
    public int Logins { get; private set; }

    /// <summary>The login form that was seen last.</summary>
    public string LastForm { get; private set; } = "";

    /// <inheritdoc />
    public void Dispose() => _browser.Dispose();

    /// <summary>Opens an address and does what pages ask until the client is reached, or a page remains.</summary>
    /// <param name="address">The address.</param>
    /// <param name="client">Where the client's addresses begin.</param>
    public Task<Arrival> Visit(Uri address, string client) => Walk(new HttpRequestMessage(HttpMethod.Get, address), client);

    /// <summary>Posts a form to an address first.</summary>
    /// <param name="address">The address.</param>
    /// <param name="form">The form.</param>
    /// <param name="client">Where the client's addresses begin.</param>
    public Task<Arrival> Submit(Uri address, IEnumerable<KeyValuePair<string, string>> form, string client) =>
        Walk(new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) }, client);

    private async Task<Arrival> Walk(HttpRequestMessage first, string client)
    {
        var request = first;
        for (var step = 0; step < MostSteps; step++)
        {
            var address = request.RequestUri!;
            if (step > 0 && address.OriginalString.StartsWith(client, StringComparison.Ordinal))
            {
                var form = request.Content is null ? null : Parameters(await request.Content.ReadAsStringAsync());
                return new Arrival(address, form, HttpStatusCode.OK, "");
            }

            request.Headers.Accept.ParseAdd("text/html");
            using var answer = await _browser.SendAsync(request);
            var page = await answer.Content.ReadAsStringAsync();
            var next = answer.Headers.Location is { } location ? new HttpRequestMessage(HttpMethod.Get, new Uri(address, location)) : Filled(address, page);
            if (next is null)
            {
                return new Arrival(address, null, answer.StatusCode, page);
            }

            request = next;
        }

        throw new InvalidOperationException($"No end after {MostSteps} steps, at {request.RequestUri!.GetLeftPart(UriPartial.Path)}.");
    }

    /// <summary>The form of a page as this person sends it; null where there is none to send.</summary>
    private HttpRequestMessage? Filled(Uri address, string page)
    {
        if (FormTag().Match(page) is not { Success: true } form)
        {
            return null;
        }

        var fields = GivenField().Matches(page[form.Index..]).ToDictionary(static field => field.Groups["name"].Value, static field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        if (page.Contains("name=\"password\"", StringComparison.Ordinal))
        {
            Logins++;
            LastForm = page;
            fields["username"] = Certification.User;
            fields["password"] = Certification.Password;
        }
        else if (Button().Match(page, form.Index) is { Success: true } button)
        {
            // A question is answered by its first button, which says yes.
            fields[button.Groups["name"].Value] = button.Groups["value"].Value;
        }

        return new HttpRequestMessage(HttpMethod.Post, new Uri(address, WebUtility.HtmlDecode(form.Groups["action"].Value))) { Content = new FormUrlEncodedContent(fields) };
    }

    /// <summary>Reads a query or a form.</summary>
    /// <param name="encoded">Without a question mark.</param>
    public static Dictionary<string, string> Parameters(string encoded) => encoded.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=', 2))
        .ToDictionary(static pair => WebUtility.UrlDecode(pair[0]), static pair => WebUtility.UrlDecode(pair[1]));

    [GeneratedRegex("<form[^>]*action=\"(?<action>[^\"]*)\"")]
    private static partial Regex FormTag();

    [GeneratedRegex("<input (?:id=\"user_code\" |type=\"hidden\" )name=\"(?<name>[^\"]*)\"(?: type=\"text\")? value=\"(?<value>[^\"]*)\"")]
    private static partial Regex GivenField();

    [GeneratedRegex("<button [^>]*type=\"submit\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Button();
}

/// <summary>Where a person ended.</summary>
/// <param name="Address">The address.</param>
/// <param name="Form">What was posted there, or null.</param>
/// <param name="Status">Status of the page that remained; 200 at the client.</param>
/// <param name="Page">The page that remained; empty at the client.</param>
internal sealed record Arrival(Uri Address, Dictionary<string, string>? Form, HttpStatusCode Status, string Page)
{
    /// <summary>Whether the client was reached.</summary>
    public bool IsAtClient => Page.Length == 0;
}
