using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>A real web server with forward-auth in front, real mirrors behind it, and a cluster and a clock in the test's hand.</summary>
internal sealed class Gate : IAsyncDisposable
{
    /// <summary>What any other route answers: seeing it means that a question got past forward-auth.</summary>
    public const string OtherRoute = "another route";

    /// <summary>How long anything may take here before it counts as hanging, in real time and on a busy machine.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 }) { Timeout = _patience };

    private Gate(ServerSettings settings, ClusterOfOneObject cluster)
    {
        Settings = settings;
        Cluster = cluster;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(KestrelLimits.Apply).UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services
            .AddSingleton(settings)
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<IGrainFactory>(cluster)
            .AddSingleton(Prometheus.Metrics.NewCustomRegistry())
            .AddObservability()
            .AddCatalogMirror()
            .AddRevocationMirror()
            .AddSingleton<KeyMirror>()
            .AddHostedService(static provider => provider.GetRequiredService<KeyMirror>())
            .AddSessionReports()
            .AddPages()
            .AddForwardAuth();
        _app = builder.Build();
        _app.UseForwardAuth();
        _app.Run(static context => context.Response.WriteAsync(OtherRoute));
    }

    public WallClock Clock { get; } = new(The.Instant);

    public ClusterOfOneObject Cluster { get; }

    public ServerSettings Settings { get; }

    public Uri Address { get; private set; } = null!;

    public T Of<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public KnownTokens Known => _app.Services.GetRequiredService<KnownTokens>();

    public RevocationMirror Revocations => _app.Services.GetRequiredService<RevocationMirror>();

    public static async Task<Gate> Open(IEnumerable<Tenant>? tenants = null, Func<ServerSettings, ServerSettings>? settings = null, IEnumerable<Client>? clients = null)
    {
        var cluster = new ClusterOfOneObject();
        cluster.Configure(tenants ?? Some.Everybody, clients);
        var gate = new Gate((settings ?? (static same => same))(new ServerSettings()), cluster);
        await gate._app.StartAsync();
        gate.Address = new Uri(gate._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await gate.Until(gate.IsCurrent);
        return gate;
    }

    /// <summary>A login cookie as the login page would have set it.</summary>
    public string CookieOf(Tenant tenant, string host = "", Func<Session, Session>? change = null, TimeSpan? life = null)
    {
        var session = (change ?? (static same => same))(Some.Session(tenant, host));
        return SsoCookie.Mint(session, tenant, Cluster.KeysOf(tenant), "https://login.example.com", Clock.GetUtcNow(), life ?? Some.CookieLife)!;
    }

    /// <summary>Asks as a proxy does.</summary>
    public Task<HttpResponseMessage> Ask(string host, string target = "/", string? cookie = null, string dialect = "/auth/traefik", Dictionary<string, string>? headers = null)
    {
        var all = new Dictionary<string, string>
        {
            ["X-Forwarded-Method"] = "GET",
            ["X-Forwarded-Proto"] = "https",
            ["X-Forwarded-Host"] = host,
            ["X-Forwarded-Uri"] = target,
            ["Accept"] = "text/html",
        };
        if (cookie is not null)
        {
            all["Cookie"] = $"uitsmijter-sso={cookie}";
        }

        foreach (var (name, value) in headers ?? [])
        {
            all[name] = value;
        }

        return Send(HttpMethod.Get, dialect, all);
    }

    public async Task<HttpResponseMessage> Send(HttpMethod method, string target, Dictionary<string, string> headers, string? host = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request);
    }

    /// <summary>Sends bytes as they are and reads the whole answer.</summary>
    public async Task<string> Raw(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    /// <summary>A raw question with exactly these header lines beside <c>Host</c>.</summary>
    public Task<string> RawAsk(string line, params string[] headers) =>
        Raw($"{line} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n{string.Concat(headers.Select(static header => header + "\r\n"))}\r\n");

    /// <summary>The value of one series, by its whole name with labels; 0 where it is not there.</summary>
    public async Task<double> Metric(string series)
    {
        using var text = new MemoryStream();
        await _app.Services.GetRequiredService<Prometheus.CollectorRegistry>().CollectAndExportAsTextAsync(text);
        return Encoding.UTF8.GetString(text.ToArray()).Split('\n').Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            .Select(line => double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture)).SingleOrDefault();
    }

    /// <summary>Moves the clock and lets the mirrors catch up.</summary>
    public async Task Advance(TimeSpan by)
    {
        Clock.Advance(by);
        await Until(IsCurrent);
    }

    /// <summary>Waits for what holds soon; a condition that never comes true says so by its own words.</summary>
    public Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string awaited = "") =>
        Until(() => Task.FromResult(condition()), awaited);

    /// <inheritdoc cref="Until(Func{bool}, string)"/>
    public async Task Until(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string awaited = "")
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < _patience, $"Not within {_patience}: {awaited}");
            Cluster.Nudge();
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    private bool IsCurrent()
    {
        var catalog = _app.Services.GetRequiredService<CatalogMirror>();
        return catalog.IsReady && catalog.Age <= TimeSpan.Zero && Revocations.Age <= TimeSpan.Zero;
    }
}
