using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>
/// Bad input, case by case: the status and the reason, the page in the reader's language, exactly one line in the log that tells of it, and nothing of what was sent in that line
/// or any other.
/// </summary>
public sealed class Refusals(Refusals.OwnServer own) : IClassFixture<Refusals.OwnServer>
{
    private const string Login = "login.example.test";
    private const string Application = "cookbooks.example.test";
    private const string Marker = "marker-of-what-a-stranger-sent";
    private const string Html = "text/html";
    private const string Json = "application/json";
    private const string NoTenantInGerman = "niemand zuständig";

    private const string OurLog = "Uitsmijter.Actors.Gateway.Observability.RefusalLog";

    private static int _asked;

    /// <summary>What is sent, the status, the reason in the log, and what the person reads: a German sentence, the reason of the JSON, or nothing where a proxy is answered.</summary>
    public static TheoryData<string, HttpStatusCode, string, string> Cases => new()
    {
        { "a login page of a host nobody has", HttpStatusCode.BadRequest, Reasons.NoTenant, NoTenantInGerman },
        { "a logout of a host nobody has", HttpStatusCode.BadRequest, Reasons.NoTenant, NoTenantInGerman },
        { "a question about a host nobody has", HttpStatusCode.BadRequest, Reasons.NoTenant, NoTenantInGerman },
        { "a question about a host nobody has, by a program", HttpStatusCode.BadRequest, Reasons.NoTenant, Reasons.NoTenant },
        { "a question with two hosts", HttpStatusCode.BadRequest, Reasons.NotAcceptableRequest, "" },
        { "a question without a method", HttpStatusCode.BadRequest, Reasons.NotAcceptableRequest, "" },
        { "a question about a tenant that switched it off", HttpStatusCode.Forbidden, Reasons.TenantNotAllowed, "ausgeschaltet" },
        { "a wrong cookie", HttpStatusCode.Redirect, Reasons.InvalidToken, "" },
        { "a wrong cookie, by a program", HttpStatusCode.Unauthorized, Reasons.InvalidToken, Reasons.InvalidToken },
        { "a foreign cookie", HttpStatusCode.Redirect, Reasons.TenantMismatch, "" },
        { "a foreign cookie, by a program", HttpStatusCode.Unauthorized, Reasons.TenantMismatch, Reasons.InvalidToken },
        { "a bearer token that is none", HttpStatusCode.Unauthorized, Reasons.InvalidToken, Reasons.InvalidToken },
        { "a form that says it is too long", HttpStatusCode.RequestEntityTooLarge, "Payload Too Large", "" },
        { "a form that is too long", HttpStatusCode.RequestEntityTooLarge, "Payload Too Large", "Payload Too Large" },
        { "a token request that is too long", HttpStatusCode.RequestEntityTooLarge, "Payload Too Large", "Payload Too Large" },
        { "a form without a target", HttpStatusCode.BadRequest, Reasons.LoginFormNotParseable, "unvollständig" },
        { "a form without a password", HttpStatusCode.BadRequest, Reasons.LoginFormNotParseable, "unvollständig" },
        { "a form of another type", HttpStatusCode.BadRequest, Reasons.LoginFormNotParseable, "unvollständig" },
        { "a form of broken JSON", HttpStatusCode.BadRequest, Reasons.LoginFormNotParseable, "unvollständig" },
        { "a form with a target that is none", HttpStatusCode.PreconditionFailed, Reasons.LoginMissingLocation, "nicht bekannt" },
        { "a form for a foreign target", HttpStatusCode.Forbidden, Reasons.RedirectMismatch, "nicht weitergeleitet" },
        { "a form for a tenant nobody is", HttpStatusCode.BadRequest, Reasons.MissingTenant, NoTenantInGerman },
        { "a form of another browser", HttpStatusCode.Forbidden, Reasons.LoginFormExpired, "zu lange offen" },
        { "a login page for a target that is none", HttpStatusCode.BadRequest, Reasons.RedirectNotUrl, "" },
        { "a login over plain http", HttpStatusCode.BadRequest, Reasons.LoginInsecureConnection, "" },
    };

    [Theory, MemberData(nameof(Cases))]
    [Trait("Attack", "45"), Trait("Attack", "17")]
    public async Task bad_input_has_one_answer_and_one_line_without_anything_that_was_sent(string input, HttpStatusCode status, string reason, string read)
    {
        var server = own.World.Server;
        using var request = await Request(input);
        var before = server.Output.Length;

        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(60) }) { Timeout = TimeSpan.FromSeconds(60) };
        using var answer = await client.SendAsync(request);
        var body = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        var told = await Told(before);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(read, body, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie") && answer.Headers.GetValues("Set-Cookie").Any(static cookie => cookie.StartsWith("uitsmijter-sso", StringComparison.Ordinal)));
        var line = Assert.Single(told.Lines, static line => line.Source == OurLog);
        Assert.Equal("INFO", line.Level);
        Assert.StartsWith($"Refused with {(int)status} {reason}: ", line.Message, StringComparison.Ordinal);
        Assert.Single(told.Lines, static line => line.Level is not ("INFO" or "DEBUG") || line.Source == OurLog);
        Assert.DoesNotContain(Marker, told.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /login HTTP/1.1\r\nHost: login.example.test\r\nno colon in " + Marker + "\r\n\r\n", 400)]
    [InlineData("GET /login HTTP/1.1\r\nHost: login.example.test\r\nCookie : uitsmijter-sso=" + Marker + "\r\n\r\n", 400)]
    [InlineData("GET /" + Marker + "\0 HTTP/1.1\r\nHost: login.example.test\r\n\r\n", 400)]
    [InlineData("GET /login HTTP/1.1\r\nHost: " + Marker + " two\r\n\r\n", 400)]
    [InlineData("many headers", 431)]
    [InlineData("a long line", 414)]
    [Trait("Attack", "45"), Trait("Attack", "46")]
    public async Task what_is_no_request_has_one_answer_of_the_listener_and_one_line(string sent, int status)
    {
        var before = own.World.Server.Output.Length;

        var answer = await Raw(sent switch
        {
            "many headers" => $"GET /login HTTP/1.1\r\nHost: login.example.test\r\n{string.Concat(Enumerable.Repeat($"X-More: {Marker}\r\n", 200))}\r\n",
            "a long line" => $"GET /{string.Concat(Enumerable.Repeat(Marker, 1000))} HTTP/1.1\r\nHost: login.example.test\r\n\r\n",
            _ => sent,
        });
        var told = await Told(before);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        var line = Assert.Single(told.Lines, static line => line.Source == OurLog);
        Assert.Equal(("INFO", $"Refused with {status} by the listener: what 127.0.0.1 sent is no request"), (line.Level, line.Message));
        Assert.DoesNotContain(Marker, told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_wrong_password_has_an_audit_record_and_no_second_line()
    {
        var before = own.World.Server.Output.Length;
        using var visitor = new Visitor(own.World.Server.Address);

        using var refused = await visitor.LogIn(Login, $"https://{Application}/", "refused@example.com", Marker);
        var told = await Told(before);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var line = Assert.Single(told.Lines, static line => line.Level is not ("INFO" or "DEBUG") || line.Source == OurLog);
        Assert.Equal("AUDIT", line.Level);
        Assert.DoesNotContain(Marker, told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_script_that_fails_lets_nobody_in_and_says_why_in_one_line_beside_the_audit_record()
    {
        own.World.WriteTenant("crumbling", TenantWith("crumbling", "class UserLoginProvider { constructor(credentials) { throw new Error('no user database'); } get canLogin() { return true; } get userProfile() { return {}; } get role() { return ''; } }"));
        using var visitor = new Visitor(own.World.Server.Address);
        await Until(async () => (await visitor.Form("crumbling.test", "https://crumbling.test/")).StatusCode == HttpStatusCode.OK);
        var before = own.World.Server.Output.Length;

        using var refused = await visitor.LogIn("crumbling.test", "https://crumbling.test/", "ada@example.com", Marker);
        var told = await Told(before);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Null(visitor.LoginCookie);
        Assert.Contains("crumbling", Assert.Single(told.Lines, static line => line.Level == "ERROR").Message, StringComparison.Ordinal);
        Assert.Contains(Reasons.ServiceUnavailable, Assert.Single(told.Lines, static line => line.Level == "AUDIT").Text, StringComparison.Ordinal);
        Assert.DoesNotContain(told.Lines, static line => line.Level is "WARNING" or "CRITICAL" || line.Source == OurLog);
        Assert.DoesNotContain(Marker, told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_script_that_cannot_be_read_is_told_in_one_line_when_it_is_loaded_and_the_tenant_before_it_stays()
    {
        own.World.WriteTenant("breaking", TenantWith("breaking", "class UserLoginProvider { constructor(credentials) { commit({ subject: 'one' }); } get canLogin() { return true; } get userProfile() { return {}; } get role() { return ''; } }"));
        using var visitor = new Visitor(own.World.Server.Address);
        await Until(async () => (await visitor.Form("breaking.test", "https://breaking.test/")).StatusCode == HttpStatusCode.OK);
        var before = own.World.Server.Output.Length;

        own.World.WriteTenant("breaking", TenantWith("breaking", "class UserLoginProvider { constructor(credentials { }"));
        await Until(() => Task.FromResult(own.World.Server.Output[before..].Contains("breaking.yaml", StringComparison.Ordinal)));
        using var entered = await visitor.LogIn("breaking.test", "https://breaking.test/", "ada@example.com", "anything");
        var told = await Told(before);

        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);
        Assert.Equal("ERROR", Assert.Single(told.Lines, static line => line.Message.Contains("breaking.yaml", StringComparison.Ordinal)).Level);
    }

    [Fact]
    public async Task a_template_that_does_not_work_is_told_in_one_line_and_the_page_is_shown_in_our_look()
    {
        var before = own.World.Server.Output.Length;
        own.World.WriteView("ham", "login", "<h1>{{#if}</h1>");
        using var visitor = new Visitor(own.World.Server.Address);

        await Until(async () =>
        {
            using var page = await visitor.Form("id.ham.test", "https://page.ham.test/");
            Assert.Equal(HttpStatusCode.OK, page.StatusCode);
            Assert.Contains("name=\"password\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            return own.World.Server.Output[before..].Contains("UA3001", StringComparison.Ordinal);
        });
        using var again = await visitor.Form("id.ham.test", "https://page.ham.test/");
        var told = await Told(before);

        Assert.Equal("ERROR", Assert.Single(told.Lines, static line => line.Message.Contains("UA3001", StringComparison.Ordinal)).Level);
    }

    private static string TenantWith(string name, string script) =>
        $$"""
        name: {{name}}
        config:
          hosts: [{{name}}.test]
          interceptor: { enabled: true, domain: {{name}}.test, cookie: {{name}}.test }
          providers:
            - |
              {{script}}
        """;

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>
    /// What was printed since then, up to the line of a question that comes after everything that was asked before. Such a line comes 60 times a minute at most,
    /// which is more than the tests here ask for.
    /// </summary>
    private async Task<(string Text, IReadOnlyList<Line> Lines)> Told(int before)
    {
        var last = $"last-{Interlocked.Increment(ref _asked)}.nowhere.test";
        using var visitor = new Visitor(own.World.Server.Address);
        using var answer = await visitor.Ask("traefik", last);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await Until(() => Task.FromResult(own.World.Server.Output[before..].Split('\n')[..^1].Any(line => line.Contains(last, StringComparison.Ordinal))));
        var lines = own.World.Server.Output[before..].Split('\n')[..^1].TakeWhile(line => !line.Contains(last, StringComparison.Ordinal)).ToArray();
        return (string.Join('\n', lines), [.. lines.Where(static line => line.StartsWith('{')).Select(static line => new Line(line))]);
    }

    private async Task<string> Raw(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, own.World.Server.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer);
        return Encoding.Latin1.GetString(answer) + " ";
    }

    private async Task<HttpRequestMessage> Request(string input) => input switch
    {
        "a login page of a host nobody has" => Page($"/login?for=https://x.test/?{Marker}", "nobody.test"),
        "a logout of a host nobody has" => Page("/logout", "nobody.test"),
        "a question about a host nobody has" => Question("nobody.test"),
        "a question about a host nobody has, by a program" => Question("nobody.test", Json),
        "a question with two hosts" => Question("one.example.test, two.example.test"),
        "a question without a method" => Without(Question(Application), "X-Forwarded-Method"),
        "a question about a tenant that switched it off" => Question("closed.example.test"),
        "a wrong cookie" => With(Question(Application), "Cookie", $"uitsmijter-sso={Marker}.{Marker}.{Marker}"),
        "a wrong cookie, by a program" => With(Question(Application, Json), "Cookie", $"uitsmijter-sso={Marker}.{Marker}.{Marker}"),
        "a foreign cookie" => With(Question(Application), "Cookie", await ForeignCookie()),
        "a foreign cookie, by a program" => With(Question(Application, Json), "Cookie", await ForeignCookie()),
        "a bearer token that is none" => With(Question(Application, Json), "Authorization", $"Bearer {Marker}.{Marker}.{Marker}"),
        "a form that says it is too long" => Posted(new('a', 200_000)),
        "a form that is too long" => InPieces(Posted($"password={Marker}{new string('a', 20_000)}", accept: Json)),
        "a token request that is too long" => InPieces(Posted($"code={Marker}{new string('a', 20_000)}", path: "/token", host: "id.shop.test", accept: Json)),
        "a form without a target" => Posted($"username=ada&password={Marker}"),
        "a form without a password" => Posted($"username=ada&pass={Marker}&location={Target(Application)}"),
        "a form of another type" => Posted($"username=ada&password={Marker}", "text/plain"),
        "a form of broken JSON" => Posted($"{{\"password\":\"{Marker}\"", Json),
        "a form with a target that is none" => Posted($"username=ada&password={Marker}&location=javascript:alert"),
        "a form for a foreign target" => Posted($"username=ada&password={Marker}&location={Target("evil.test")}", host: "id.ham.test"),
        "a form for a tenant nobody is" => Posted($"username=ada&password={Marker}&location={Target("evil.test")}"),
        "a form of another browser" => Posted($"username=ada&password={Marker}&location={Target(Application)}&ticket={Marker}"),
        "a login page for a target that is none" => Page($"/login?for=javascript:{Marker}", Login),
        "a login over plain http" => Without(Page($"/login?for={Target(Application)}", Login), "X-Forwarded-Proto"),
        _ => throw new ArgumentOutOfRangeException(nameof(input), input, "No such case."),
    };

    private async Task<string> ForeignCookie()
    {
        using var visitor = new Visitor(own.World.Server.Address);
        using var login = await visitor.LogIn("id.ham.test", "https://page.ham.test/", "ada@example.com", "correct horse");

        // Its own line is an audit record; only what comes after counts.
        await Told(own.World.Server.Output.Length);
        return $"uitsmijter-sso={visitor.LoginCookie!.Split('=', 2)[1]}";
    }

    private static string Target(string host) => Uri.EscapeDataString($"https://{host}/");

    private HttpRequestMessage Page(string path, string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(own.World.Server.Address, path));
        request.Headers.Host = host;
        With(request, "X-Forwarded-Proto", "https");
        With(request, "X-Forwarded-Host", host);
        With(request, "Accept", Html);
        return With(request, "Accept-Language", "de");
    }

    private HttpRequestMessage Question(string host, string accept = Html)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(own.World.Server.Address, "/auth/traefik"));
        With(request, "X-Forwarded-Proto", "https");
        With(request, "X-Forwarded-Host", host);
        With(request, "X-Forwarded-Method", "GET");
        With(request, "X-Forwarded-Uri", $"/?q={Marker}");
        With(request, "Accept", accept);
        return With(request, "Accept-Language", "de");
    }

    private HttpRequestMessage Posted(string body, string type = "application/x-www-form-urlencoded", string path = "/login", string host = Login, string accept = Html)
    {
        var request = Page(path, host);
        request.Method = HttpMethod.Post;
        request.Headers.Remove("Accept");
        With(request, "Accept", accept);
        request.Headers.ExpectContinue = body.Length > 100_000;
        request.Content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
        return request;
    }

    private static HttpRequestMessage InPieces(HttpRequestMessage request)
    {
        request.Headers.TransferEncodingChunked = true;
        return request;
    }

    private static HttpRequestMessage With(HttpRequestMessage request, string name, string value)
    {
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static HttpRequestMessage Without(HttpRequestMessage request, string name)
    {
        request.Headers.Remove(name);
        return request;
    }

    /// <summary>One printed record.</summary>
    private sealed record Line
    {
        public Line(string text)
        {
            using var record = JsonDocument.Parse(text);
            Text = text;
            Level = record.RootElement.GetProperty("level").GetString()!;
            Source = record.RootElement.GetProperty("source").GetString()!;
            Message = record.RootElement.GetProperty("message").GetString()!;
        }

        public string Text { get; }

        public string Level { get; }

        public string Source { get; }

        public string Message { get; }
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
