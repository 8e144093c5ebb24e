using System.Net;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>
/// Traefik Hub's middleware <c>oAuthIntrospection</c> (proxies.md B.4.1), which is commercial: performs its call for one request of an application and judges the answer.
/// It keeps no result, as the original documents none.
/// </summary>
internal sealed class TraefikHubDouble
{
    private readonly Func<JsonElement, bool> _claims;

    public TraefikHubDouble(string claims) => _claims = ClaimExpression.Parse(claims);

    /// <summary><c>clientConfig.url</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Name the server is known by; the double has no name resolution of its own.</summary>
    public required string Host { get; init; }

    /// <summary><c>clientConfig.headers</c>: where the resource server's credentials are.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary><c>clientConfig.tokenTypeHint</c>.</summary>
    public string? TokenTypeHint { get; init; }

    /// <summary><c>tokenSource</c>: reads the token of a request.</summary>
    public Func<HttpRequestMessage, string?> TokenSource { get; init; } = FromHeader("Authorization", "Bearer");

    /// <summary><c>forwardHeaders</c>: header to claim.</summary>
    public IReadOnlyDictionary<string, string> ForwardHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary><c>forwardAuthorization</c>.</summary>
    public bool ForwardAuthorization { get; init; }

    /// <summary><c>tokenSource.header</c> and <c>tokenSource.headerAuthScheme</c>.</summary>
    public static Func<HttpRequestMessage, string?> FromHeader(string header, string? scheme) => request =>
        !request.Headers.TryGetValues(header, out var values) ? null
        : scheme is null ? values.First()
        : values.First().StartsWith(scheme + " ", StringComparison.OrdinalIgnoreCase) ? values.First()[(scheme.Length + 1)..]
        : null;

    /// <summary><c>tokenSource.query</c>.</summary>
    public static Func<HttpRequestMessage, string?> FromQuery(string name) => request =>
        request.RequestUri!.Query.TrimStart('?').Split('&').Select(static pair => pair.Split('=', 2)).Where(pair => pair[0] == name).Select(static pair => pair[1]).FirstOrDefault();

    /// <summary><c>tokenSource.cookie</c>.</summary>
    public static Func<HttpRequestMessage, string?> FromCookie(string name) => request =>
        !request.Headers.TryGetValues("Cookie", out var values) ? null
        : values.SelectMany(static value => value.Split("; ")).Select(static pair => pair.Split('=', 2)).Where(pair => pair[0] == name).Select(static pair => pair[1]).FirstOrDefault();

    /// <summary>Lets a request through, with what the application gets, or says why not.</summary>
    public async Task<HttpStatusCode> Judge(HttpRequestMessage request)
    {
        if (TokenSource(request) is not { Length: > 0 } token)
        {
            return HttpStatusCode.Unauthorized;
        }

        var claims = await Introspect(token);
        if (claims is not { } known || !known.TryGetProperty("active", out var active) || active.ValueKind is not JsonValueKind.True)
        {
            return HttpStatusCode.Unauthorized;
        }

        if (!_claims(known))
        {
            return HttpStatusCode.Forbidden;
        }

        foreach (var (header, claim) in ForwardHeaders)
        {
            // A missing claim gives an empty header, which overwrites what the visitor sent.
            request.Headers.Remove(header);
            request.Headers.TryAddWithoutValidation(header, ClaimExpression.Text(ClaimExpression.Find(known, claim)));
        }

        if (!ForwardAuthorization)
        {
            request.Headers.Remove("Authorization");
        }

        return HttpStatusCode.OK;
    }

    private async Task<JsonElement?> Introspect(string token)
    {
        using var client = new HttpClient();
        var form = new Dictionary<string, string> { ["token"] = token };
        if (TokenTypeHint is not null)
        {
            form["token_type_hint"] = TokenTypeHint;
        }

        using var question = new HttpRequestMessage(HttpMethod.Post, Url) { Content = new FormUrlEncodedContent(form) };
        question.Headers.Host = Host;
        foreach (var (name, value) in Headers)
        {
            question.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(question);
        return answer.StatusCode == HttpStatusCode.OK ? JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()) : null;
    }
}
