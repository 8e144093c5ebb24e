using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>What the listeners answer before any tenant is asked: probes, limits, unknown paths, errors.</summary>
public sealed class ListenerTests(EmbeddedServer server) : IClassFixture<EmbeddedServer>
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/health?x=1")]
    [InlineData("/health/")]
    [Trait("Contract", "http 56")]
    [Trait("Contract", "configuration 32")]
    public async Task a_living_process_answers_the_liveness_probe_on_both_ports(string target)
    {
        using var open = await server.Public.GetAsync(target);
        using var management = await server.Management.GetAsync(target);

        Assert.Equal(HttpStatusCode.NoContent, open.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, management.StatusCode);
    }

    [Fact]
    public async Task head_is_served_by_the_get_route()
    {
        using var answer = await server.Public.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/health"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory]
    [InlineData("/nothing/here", null, "application/json")]
    [InlineData("/nothing/here", "*/*", "application/json")]
    [InlineData("/nothing/here", "application/json", "application/json")]
    [InlineData("/nothing/here", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html")]
    [Trait("Contract", "http 57")]
    public async Task an_unknown_path_is_404_in_the_form_the_caller_prefers(string path, string? accept, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await server.Public.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task a_known_path_with_a_wrong_method_is_404_and_never_405()
    {
        using var answer = await server.Public.DeleteAsync("/health");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task every_answer_names_the_server_and_nothing_else_of_it()
    {
        using var found = await server.Public.GetAsync("/versions");
        using var missing = await server.Public.GetAsync("/nothing");

        Assert.Equal("Uitsmijter/1", Assert.Single(found.Headers.GetValues("Server")));
        Assert.Equal("Uitsmijter/1", Assert.Single(missing.Headers.GetValues("Server")));
        Assert.False(found.Headers.Contains("X-Powered-By"));
    }

    [Fact]
    public async Task versions_says_what_was_built()
    {
        using var answer = await server.Public.GetAsync("/versions");

        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Matches(@"^\d+\.\d+\.\d+", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task metrics_are_not_on_the_public_listener_whatever_host_is_claimed()
    {
        using var plain = await server.Public.GetAsync("/metrics");
        using var claimed = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        claimed.Headers.Host = server.Management.BaseAddress!.Authority;
        using var answer = await server.Public.SendAsync(claimed);

        Assert.Equal(HttpStatusCode.NotFound, plain.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/interceptor")]
    [InlineData("/versions")]
    [InlineData("/")]
    [Trait("Attack", "45")]
    public async Task the_management_port_serves_nothing_but_probes_and_metrics(string path)
    {
        using var answer = await server.Management.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(0, answer.Content.Headers.ContentLength ?? 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")]
    [InlineData("application/json")]
    [Trait("Contract", "http 56")]
    [Trait("Contract", "configuration 33")]
    public async Task metrics_are_classic_text_for_any_accept(string? accept)
    {
        using var once = await server.Public.GetAsync("/health");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await server.Management.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("# EOF", text, StringComparison.Ordinal);
        Assert.All(
            [
                "uitsmijter_login_attempts", "uitsmijter_login_success", "uitsmijter_login_failure", "uitsmijter_logout",
                "uitsmijter_interceptor_success", "uitsmijter_interceptor_failure", "uitsmijter_tenants_count", "uitsmijter_clients_count",
                "http_requests_total", "http_request_errors_total", "http_request_duration_seconds",
            ],
            name => Assert.Matches($@"(?m)^# TYPE {name} (counter|gauge|histogram|summary)$", text));
        Assert.Contains("http_requests_total{method=\"GET\",path=\"/health\",status=\"204\"}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("uitsmijter_login_success_total", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_label_path_never_is_what_a_stranger_typed()
    {
        using var strange = await server.Public.GetAsync("/typed-by-a-stranger");

        var text = await server.Management.GetStringAsync("/metrics");

        Assert.DoesNotContain("typed-by-a-stranger", text, StringComparison.Ordinal);
        Assert.Contains("method=\"undefined\",path=\"vapor_route_undefined\",status=\"404\"", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task too_many_header_bytes_are_431()
    {
        var answer = await server.SendRaw($"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Flood: {new string('a', 40_000)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task too_many_headers_are_431()
    {
        var flood = new StringBuilder("GET /health HTTP/1.1\r\nHost: localhost\r\n");
        for (var i = 0; i < 150; i++)
        {
            flood.Append(System.Globalization.CultureInfo.InvariantCulture, $"X-{i}: 1\r\n");
        }

        var answer = await server.SendRaw(flood.Append("\r\n").ToString());

        Assert.StartsWith("HTTP/1.1 431", answer, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task a_body_over_16_kib_is_413_in_our_error_form()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login") { Content = new StringContent(new string('a', 17 * 1024), Encoding.ASCII, "application/x-www-form-urlencoded") };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));

        using var answer = await server.Public.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(413, body.RootElement.GetProperty("status").GetInt32());
        Assert.True(body.RootElement.GetProperty("error").GetBoolean());
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/interceptor")]
    [InlineData("/")]
    public async Task pages_and_forward_auth_answer_no_other_origin(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Origin", "https://elsewhere.example");

        using var answer = await server.Public.SendAsync(request);

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task keys_may_be_fetched_from_any_origin_without_credentials()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/.well-known/jwks.json");
        request.Headers.Add("Origin", "https://elsewhere.example");
        request.Headers.Add("Access-Control-Request-Method", "GET");

        using var answer = await server.Public.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task a_body_that_says_it_is_compressed_is_not_unpacked()
    {
        using var content = new ByteArrayContent([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
        content.Headers.ContentEncoding.Add("gzip");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

        using var answer = await server.Public.PostAsync("/login", content);

        Assert.InRange((int)answer.StatusCode, 400, 499);
    }
}
