using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.EndToEnd.Tests.Telemetry;

/// <summary>What leaves a running server over OTLP: who, where to and what became of it, and nothing anybody could use.</summary>
public sealed partial class TelemetryTests : IDisposable
{
    private const string User = "ada.the.first@example.com";
    private const string WrongPassword = "an almost right passphrase";
    private const string RightPassword = "correct horse";
    private const string KeySecret = "the key encryption secret of this very test";
    private const string Page = "/a-private-page-of-hers?invitation=worth-stealing";
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    private readonly string _directory = Directory.CreateTempSubdirectory("uitsmijter-telemetry-").FullName;

    /// <summary>The three tenants.</summary>
    public TelemetryTests() => Tenants.Write(Path.Combine(_directory, "Resources", "Configurations"), 443);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory, Trait("Attack", "45")]
    [InlineData("http/protobuf", false)]
    [InlineData("grpc", false)]
    [InlineData("http/protobuf", true)]
    public async Task a_login_a_question_and_a_logout_arrive_with_route_tenant_and_outcome_and_without_a_secret(string protocol, bool overRedis)
    {
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        await using var receiver = await OtlpReceiver.Start(protocol);
        await using var server = await Start(Exporting(receiver.Address, protocol), overRedis);

        var secrets = await LogInAskAndLogOut(server);
        await receiver.Has(static all => all.Spans.Any(static span => span["uitsmijter.outcome"] == "logged_out"), "The logout's span");
        await receiver.Has(static all => all.Points.Any(static point => point.Metric == "uitsmijter_logout"), "The logout's count");

        AssertSpans(receiver.Spans);
        AssertPoints(receiver.Points, Directory.GetFiles(Path.Combine(_directory, "Resources", "Configurations", "Tenants")).Length);
        Assert.All(receiver.Spans, static span => Assert.Equal((0, ""), (span.Events, span.StatusMessage)));
        var seen = receiver.Raw.Aggregate(new CapturedOutput(), static (all, one) => all.With(Encoding.UTF8.GetString(one)));
        Assert.Empty(seen.Leaks(secrets));
    }

    [Fact]
    public async Task without_the_variable_nothing_is_sent_to_the_place_where_receivers_usually_are()
    {
        await using var receiver = await UsualReceiver();
        var settings = Settings();
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        settings["OTEL_BSP_SCHEDULE_DELAY"] = "50";
        settings["OTEL_METRIC_EXPORT_INTERVAL"] = "50";
        await using (var server = await Start(settings, overRedis: false))
        {
            await LogInAskAndLogOut(server);
            await WaitForTwoScrapes(server);
        }

        Assert.Empty(receiver.Raw);
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task a_receiver_nobody_answers_at_costs_no_request_anything_and_is_named_once_in_the_log(string protocol)
    {
        var nobody = new Uri($"http://127.0.0.1:{Ports.Free(1)[0]}");
        await using var server = await Start(Exporting(nobody, protocol), overRedis: false);
        var named = $"cannot be sent to http://127.0.0.1:{nobody.Port}";

        for (var i = 0; i < 3; i++)
        {
            await LogInAskAndLogOut(server);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!server.Output.Contains(named, StringComparison.Ordinal))
        {
            await Task.Delay(50, patience.Token);
        }

        await LogInAskAndLogOut(server);
        await WaitForTwoScrapes(server);
        Assert.Single(Regex.Matches(server.Output, Regex.Escape(named)));
    }

    [Fact]
    public async Task a_receiver_that_takes_bytes_and_never_answers_holds_nobody_up()
    {
        using var hole = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        hole.Start();
        var settings = Exporting(new Uri($"http://{hole.LocalEndpoint}"), "http/protobuf");
        settings["OTEL_EXPORTER_OTLP_TIMEOUT"] = "600000";
        await using var server = await Start(settings, overRedis: false);
        using var visitor = new Visitor(server.Address);
        using var caught = await hole.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        // The exporter waits ten minutes for an answer: a request that waited with it would not be answered before.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await LogInAskAndLogOut(server).WaitAsync(patience.Token);
    }

    private static void AssertSpans(IReadOnlyList<OtlpSpan> spans)
    {
        Assert.Contains(spans, static span => span.Name == "GET /login" && span["http.route"] == "/login" && span["http.response.status_code"] == "200");
        Assert.Contains(spans, static span => span.Name == "POST /login" && span["uitsmijter.tenant"] == "cheese" && span["uitsmijter.outcome"] == "login_refused" && span["http.response.status_code"] == "403");
        Assert.Contains(spans, static span => span.Name == "POST /login" && span["uitsmijter.outcome"] == "login_succeeded" && span["http.response.status_code"] == "303");
        Assert.Contains(spans, static span => span.Name == "GET /auth/traefik" && span.TraceId == TraceId && span["uitsmijter.tenant"] == "cheese" && span["uitsmijter.outcome"] == "allowed");
        Assert.Contains(spans, static span => span.Name == "GET /auth/envoy/{**target}" && span["uitsmijter.outcome"] == "allowed");
        Assert.DoesNotContain(spans, static span => span.Name.EndsWith("/auth/nginx", StringComparison.Ordinal));
        Assert.Contains(spans, static span => span["http.route"] == "/logout/finalize" && span["uitsmijter.tenant"] == "cheese");

        // What the cluster did for a login hangs under it.
        var login = spans.First(static span => span["uitsmijter.outcome"] == "login_succeeded");
        Assert.Contains(spans, span => span.TraceId == login.TraceId && span["rpc.method"] is not null);
    }

    private static void AssertPoints(IReadOnlyList<OtlpPoint> points, int tenants)
    {
        Assert.Contains(points, static point => point.Metric == "uitsmijter_login_success" && point.Labels["tenant"] == "cheese" && point.Labels["mode"] == "interceptor" && point.Value >= 1);
        Assert.Contains(points, static point => point.Metric == "uitsmijter_login_failure" && point.Labels["forward_host"] == "cookbooks.example.test");
        Assert.Contains(points, static point => point.Metric == "uitsmijter_interceptor_success" && point.Labels["requested_host"] == "cookbooks.example.test");
        Assert.Contains(points, static point => point.Metric == "uitsmijter_interceptor_failure" && point.Labels["reason"] == "INVALID_TOKEN");
        Assert.Equal(tenants, points.Last(static point => point.Metric == "uitsmijter_tenants_count").Value);
        Assert.Contains(points, static point => point.Metric == "http.server.request.duration" && point.Labels.GetValueOrDefault("http.route") == "/login");
    }

    /// <summary>One person's whole visit; returns everything in it that must not be seen anywhere.</summary>
    private static async Task<string[]> LogInAskAndLogOut(AuthenticationServer server)
    {
        const string Login = "login.example.test";
        const string Application = "cookbooks.example.test";
        var proxied = new Dictionary<string, string?> { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = Login, ["Accept"] = "text/html" };
        using var visitor = new Visitor(server.Address);
        using var form = await visitor.Form(Login, "https://" + Application + Page);
        var ticket = Ticket().Matches(await form.Content.ReadAsStringAsync()).Select(static field => field.Groups["value"].Value).MaxBy(static value => value.Length)!;
        using var refused = await visitor.LogIn(Login, "https://" + Application + Page, User, WrongPassword);
        using var login = await visitor.LogIn(Login, "https://" + Application + Page, User, RightPassword);
        Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        var cookie = visitor.LoginCookie!.Split('=', 2)[1];

        using var allowed = await visitor.Send(HttpMethod.Get, "/auth/traefik", Application, new(proxied)
        {
            ["X-Forwarded-Method"] = "GET",
            ["X-Forwarded-Host"] = Application,
            ["X-Forwarded-Uri"] = Page,
            ["traceparent"] = $"00-{TraceId}-b7ad6b7169203331-01",
        });
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);

        // Places where instrumentations look by themselves: a path that holds the application's, one nobody knows, a browser's name, another trace's state.
        using var enveloped = await visitor.Send(HttpMethod.Get, "/auth/envoy" + Page, Application, new(proxied) { ["traceparent"] = $"00-{TraceId}-b7ad6b7169203332-01" });
        Assert.Equal(HttpStatusCode.OK, enveloped.StatusCode);
        using var unknown = await visitor.Send(HttpMethod.Get, Page, Login, new(proxied) { ["User-Agent"] = "worth-stealing/1.0", ["baggage"] = "who=worth-stealing" });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var stranger = new Visitor(server.Address);
        using var asked = await stranger.Ask("traefik", Application, Page);
        using var unread = await visitor.Send(HttpMethod.Get, "/auth/nginx", Application, new() { ["X-Original-Method"] = "GET", ["X-Original-URL"] = $"https://{Application}{Page}" });
        using var logout = await visitor.Send(HttpMethod.Get, "/logout/finalize?location=" + Uri.EscapeDataString($"https://{Application}{Page}"), Login, proxied);
        Assert.Equal(HttpStatusCode.SeeOther, logout.StatusCode);

        var token = allowed.Headers.GetValues("Authorization").Single().Split(' ')[1];
        return [User, "subject-of-", "Ada Lovelace", WrongPassword, RightPassword, Tenants.JwtSecret, KeySecret, "a-private-page-of-hers", "worth-stealing", ticket, .. Parts(cookie), .. Parts(token)];
    }

    private static string[] Parts(string token) => [token, .. token.Split('.')[1..]];

    private static async Task WaitForTwoScrapes(AuthenticationServer server)
    {
        // Longer than several export intervals of these settings, told by the server's own clock and not by a pause of ours.
        using var client = new HttpClient();
        var until = DateTimeOffset.UtcNow.AddSeconds(2);
        while (DateTimeOffset.UtcNow < until)
        {
            await client.GetStringAsync(new Uri(server.Management, "/metrics"));
        }
    }

    private static async Task<OtlpReceiver> UsualReceiver()
    {
        try
        {
            return await OtlpReceiver.Start("http/protobuf", 4318);
        }
        catch (IOException)
        {
            Assert.Skip("Port 4318 is somebody else's on this machine.");
            throw;
        }
    }

    private Task<AuthenticationServer> Start(Dictionary<string, string> settings, bool overRedis) =>
        overRedis ? AuthenticationServer.Separate(_directory, settings) : AuthenticationServer.Embedded(_directory, settings);

    private static Dictionary<string, string> Exporting(Uri receiver, string protocol)
    {
        var settings = Settings();
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.ToString();
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        settings["OTEL_BSP_SCHEDULE_DELAY"] = "100";
        settings["OTEL_METRIC_EXPORT_INTERVAL"] = "200";
        return settings;
    }

    private static Dictionary<string, string> Settings() => new() { ["JWT_SECRET"] = Tenants.JwtSecret, ["KEY_ENCRYPTION_SECRET"] = KeySecret };

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Ticket();
}
