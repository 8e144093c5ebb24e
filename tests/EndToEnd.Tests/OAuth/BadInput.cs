using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Whatever strangers send: the standard's answer, and not one failure in the log.</summary>
[Trait("Standard", "RFC 6749")]
public sealed class BadInput(BadInput.OwnServer own) : IClassFixture<BadInput.OwnServer>
{
    private const string Form = "application/x-www-form-urlencoded";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private static readonly string[] _forClients = ["/token", "/revoke", "/introspect", "/oauth/introspect", "/oauth/par", "/oauth/device_authorization"];

    private static readonly string[] _forms = [.. _forClients, "/userinfo", "/authorize"];

    /// <summary>Endpoint, what is sent, the status and the error code.</summary>
    public static TheoryData<string, string, HttpStatusCode, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, HttpStatusCode, string>();
            foreach (var path in _forms)
            {
                cases.Add(path, "too long", HttpStatusCode.RequestEntityTooLarge, "invalid_request");
                cases.Add(path, "too long in pieces", HttpStatusCode.RequestEntityTooLarge, "invalid_request");
                cases.Add(path, "wrong type", HttpStatusCode.UnsupportedMediaType, "invalid_request");
                cases.Add(path, "compressed", HttpStatusCode.UnsupportedMediaType, "invalid_request");
                cases.Add(path, "no JSON", HttpStatusCode.BadRequest, "invalid_request");
                cases.Add(path, "JSON twice", HttpStatusCode.BadRequest, "invalid_request");
                cases.Add(path, "half a surrogate", HttpStatusCode.BadRequest, "invalid_request");
                cases.Add(path, "multipart without an end", HttpStatusCode.BadRequest, "invalid_request");
                cases.Add(path, "many fields", HttpStatusCode.BadRequest, "invalid_request");
                cases.Add(path, "twice", HttpStatusCode.BadRequest, "invalid_request");
            }

            foreach (var path in _forClients)
            {
                foreach (var basic in new[] { "no base64", "no colon", "no text", "broken percent" })
                {
                    cases.Add(path, basic, HttpStatusCode.Unauthorized, "invalid_client");
                }

                cases.Add(path, "a space for a client", HttpStatusCode.Unauthorized, "invalid_client");
                cases.Add(path, "zero bytes for a client", HttpStatusCode.BadRequest, "invalid_request");
                cases.Add(path, "a space for a client in the header", HttpStatusCode.Unauthorized, "invalid_client");
                cases.Add(path, "no assertion", HttpStatusCode.Unauthorized, "invalid_client");
                cases.Add(path, "half a surrogate in an assertion", HttpStatusCode.Unauthorized, "invalid_client");
                cases.Add(path, "nobody", HttpStatusCode.BadRequest, "invalid_request");
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Attack", "31")]
    [Trait("Attack", "46")]
    public async Task bad_input_gets_the_standard_answer_and_no_line_of_a_failure(string path, string input, HttpStatusCode status, string error)
    {
        var server = own.World.Server;
        var before = server.Output.Length;
        using var request = Request(server, path, input);

        using var client = Client();
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var told = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal((int)status, told.GetProperty("status").GetInt32());
        Assert.True(told.GetProperty("reason").GetString()!.Length > 0);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        if (path != "/authorize")
        {
            Assert.Equal(error, told.GetProperty("error").GetString());
        }

        await IsQuiet(before);
    }

    /// <summary>Endpoint and a method it does not know.</summary>
    public static TheoryData<string, string> WrongMethods
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var path in _forClients.Where(static path => path != "/oauth/par"))
            {
                foreach (var method in new[] { "GET", "HEAD", "PUT", "PATCH", "DELETE", "PROPFIND" })
                {
                    cases.Add(path, method);
                }
            }

            foreach (var path in new[] { "/userinfo", "/token/info" })
            {
                foreach (var method in new[] { "PUT", "PATCH", "DELETE" })
                {
                    cases.Add(path, method);
                }
            }

            cases.Add("/token/info", "POST");
            return cases;
        }
    }

    /// <summary>Contract http.md §1: 404 and never 405, so that a path tells nothing by its methods; RFC 6749 §3.2 wants POST and names no status.</summary>
    [Theory, MemberData(nameof(WrongMethods))]
    [Trait("Attack", "31")]
    public async Task a_method_an_endpoint_does_not_know_finds_nothing(string path, string method)
    {
        var server = own.World.Server;
        var before = server.Output.Length;
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address, path + "?grant_type=client_credentials&token=a"));
        request.Headers.Host = "id.shop.test";

        using var client = Client();
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(answer.Content.Headers.Allow);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        if (method != "HEAD")
        {
            Assert.Equal("invalid_request", JsonSerializer.Deserialize<JsonElement>(text).GetProperty("error").GetString());
        }

        await IsQuiet(before);
    }

    [Theory]
    [InlineData("/authorize?client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a01&client_id=6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a01&response_type=code")]
    [InlineData("/authorize?client_id=%00&response_type=code")]
    [InlineData("/authorize?client_id=%ff%fe&response_type=%")]
    [InlineData("/authorize")]
    [InlineData("/logout?id_token_hint=a&id_token_hint=b")]
    [InlineData("/logout?id_token_hint=%00.%ff.%&state=a&state=b")]
    [Trait("Attack", "31")]
    public async Task bad_addresses_are_told_to_the_person_and_lead_nowhere(string target)
    {
        var server = own.World.Server;
        var before = server.Output.Length;
        using var visitor = new Visitor(server.Address);

        using var answer = await visitor.Send(HttpMethod.Get, target, "id.shop.test", new() { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = "id.shop.test" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(400, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("status").GetInt32());
        await IsQuiet(before);
    }

    [Theory]
    [InlineData("too long", HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("too long in pieces", HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("twice", HttpStatusCode.BadRequest)]
    [Trait("Attack", "46")]
    public async Task a_bad_form_at_logout_is_refused_and_logs_nobody_out(string input, HttpStatusCode status)
    {
        var server = own.World.Server;
        var before = server.Output.Length;
        using var request = Request(server, "/logout", input);

        using var client = Client();
        using var answer = await client.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal((int)status, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("status").GetInt32());
        await IsQuiet(before);
    }

    /// <summary>A busy server may take longer to say "continue" than a client waits for it by default.</summary>
    internal static HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = _patience }) { Timeout = _patience };

    /// <summary>One of <see cref="Cases"/> as a request.</summary>
    internal static HttpRequestMessage Request(AuthenticationServer server, string path, string input)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, path)) { Content = Body(input) };
        request.Headers.Host = "id.shop.test";
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", "id.shop.test");

        // As curl does with a megabyte: asked first, so that the answer is not lost in a connection that is closed while the body is sent.
        request.Headers.ExpectContinue = input.StartsWith("too long", StringComparison.Ordinal);
        request.Headers.TransferEncodingChunked = input == "too long in pieces" ? true : null;
        var basic = input switch
        {
            "no base64" => "%%%",
            "no colon" => Encode("nobody"u8),
            "no text" => Encode([0xFF, 0xFE, (byte)':', 0xC0]),
            "a space for a client in the header" => Encode(" :secret"u8),
            "broken percent" => Encode("%zz%:%"u8),
            _ => null,
        };
        if (basic is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + basic);
        }

        return request;
    }

    private static ByteArrayContent Body(string input) => input switch
    {
        "too long" => Text("token=" + new string('a', 1024 * 1024), Form),

        // Nobody can tell its length before it is read, so it is sent: little enough to be on its way before the connection is closed.
        "too long in pieces" => Text("token=" + new string('a', 32 * 1024), Form),
        "wrong type" => Text("grant_type=client_credentials", "text/plain"),
        "compressed" => Text("grant_type=client_credentials", Form, static headers => headers.ContentEncoding.Add("gzip")),
        "no JSON" => Text("""{"grant_type":""", "application/json"),
        "JSON twice" => Text("""{"grant_type":"refresh_token","grant_type":"password"}""", "application/json"),
        "half a surrogate" => Text("""{"grant_type":"\ud800","access_token":"\ud800"}""", "application/json"),
        "multipart without an end" => Text("--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc", "multipart/form-data; boundary=x"),
        "many fields" => Text(string.Join('&', Enumerable.Range(0, 200).Select(static i => $"f{i}=1")), Form),
        "twice" => Text("client_id=a&client_id=b&access_token=a&access_token=b&id_token_hint=a&id_token_hint=b&grant_type=refresh_token", Form),
        "a space for a client" => Text("grant_type=client_credentials&token=a&client_id=%20", Form),
        "zero bytes for a client" => Text("grant_type=client_credentials&token=a&client_id=%00%00&client_secret=%00", Form),
        "no assertion" => Text("grant_type=client_credentials&token=a&client_assertion=a.b.c&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer", Form),
        "half a surrogate in an assertion" => Text($"grant_type=client_credentials&token=a&client_id={Guid.NewGuid()}&client_assertion={Assertion}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer", Form),
        "nobody" => Text("grant_type=client_credentials&token=a", Form),
        _ => Text("grant_type=client_credentials&token=a", Form),
    };

    // {"alg":"ES256"}.{"sub":"\ud800"}
    private const string Assertion = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJcdWQ4MDAifQ.AAAA";

    private static ByteArrayContent Text(string text, string type, Action<HttpContentHeaders>? change = null)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        change?.Invoke(content.Headers);
        return content;
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes);

    /// <summary>
    /// Nothing failed since then. Lines are written behind the answers: the one of issued tokens, which nothing else here achieves, comes after all that was asked before.
    /// </summary>
    private async Task IsQuiet(int before)
    {
        var server = own.World.Server;
        using var shop = new RelyingParty(own.World, "id.shop.test", RelyingParty.Web, RelyingParty.Secret);
        Assert.Equal(HttpStatusCode.OK, (await shop.Post("/token", new() { ["grant_type"] = "client_credentials" })).Status);
        for (var waited = Stopwatch.StartNew(); !server.Output[before..].Contains("Tokens issued:", StringComparison.Ordinal); await Task.Delay(5))
        {
            Assert.True(waited.Elapsed < _patience, "The server did not write down that it issued tokens.");
        }

        var log = server.Output[before..];
        Assert.DoesNotContain("Exception", log, StringComparison.Ordinal);
        Assert.DoesNotContain("did not answer", log, StringComparison.Ordinal);
        Assert.DoesNotContain(" failed.", log, StringComparison.Ordinal);
    }

    /// <summary>A server nobody else speaks to: its log is about these requests alone.</summary>
    public sealed class OwnServer : IAsyncLifetime
    {
        /// <summary>The server and its tenants.</summary>
        public World World { get; private set; } = null!;

        /// <inheritdoc />
        public async ValueTask InitializeAsync() => World = await World.Start(static (directory, settings) => AuthenticationServer.Embedded(directory, settings));

        /// <inheritdoc />
        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
