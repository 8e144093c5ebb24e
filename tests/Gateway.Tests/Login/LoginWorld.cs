using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Devices;
using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>A real gateway on a real listener with every room of the login and those for clients, in front of a cluster of hand-written grains.</summary>
internal sealed class LoginWorld : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _logs = new();
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false, UseCookies = false };
    private WebApplication? _app;

    private LoginWorld(FakeTimeProvider clock, FakeCluster cluster)
    {
        Clock = clock;
        Cluster = cluster;
    }

    public FakeTimeProvider Clock { get; }

    public FakeCluster Cluster { get; }

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    /// <summary>Everything any category wrote at any level, with every value that stands in it.</summary>
    public IReadOnlyCollection<string> Logs => _logs;

    public static Tenant Cheese { get; } = new()
    {
        Name = "cheese/cheese",
        Hosts = ["cookbooks.example.com", "goat.example.com", "spa.example.net"],
        Interceptor = InterceptorSettings.Default with { Domain = "login.example.com", Cookie = ".example.com" },
    };

    public static Tenant Egg { get; } = new()
    {
        Name = "egg/egg",
        Hosts = ["*.egg.example.com"],
        Interceptor = InterceptorSettings.Default with { Domain = "login.example.com", Cookie = ".example.com" },
        CookieSuffix = "-egg",
    };

    public static Tenant Ham { get; } = new()
    {
        Name = "ham/ham",
        Hosts = ["id.ham.test", "page.ham.test", "shop.ham.test"],
        SilentLogin = false,
        Interceptor = InterceptorSettings.Default with { Domain = "id.ham.test", Cookie = ".ham.test" },
    };

    public static Tenant Local { get; } = new() { Name = "local", Hosts = ["localhost", "127.0.0.1"] };

    public static Task<LoginWorld> Start(ServerSettings? settings = null, FakeTimeProvider? clock = null, FakeCluster? cluster = null) =>
        Start(settings, clock, cluster, publish: true);

    public static async Task<LoginWorld> Start(ServerSettings? settings, FakeTimeProvider? clock, FakeCluster? cluster, bool publish)
    {
        clock ??= new FakeTimeProvider(The.Instant);
        var world = new LoginWorld(clock, cluster ?? new FakeCluster(clock));
        if (publish && cluster is null)
        {
            world.Cluster.Catalog.Publish(Cheese, Egg, Ham, Local);
        }

        await world.Run(settings ?? new ServerSettings());
        if (publish)
        {
            await Eventually.Holds(() => world.Services.GetRequiredService<CatalogMirror>().IsReady
                && world.Services.GetRequiredService<RevocationMirror>().IsReady
                && world.Services.GetRequiredService<SealingKeyMirror>().IsReady);
        }

        return world;
    }

    public Browser OpenBrowser() => new(this);

    public async Task<HttpResponseMessage> Send(HttpRequestMessage request)
    {
        using var client = new HttpClient(_handler, disposeHandler: false) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        return await client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.DisposeAsync();
        _handler.Dispose();
    }

    private async Task Run(ServerSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(new Remember(_logs));
        builder.Services
            .AddSingleton(settings)
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<IGrainFactory>(Cluster)
            .AddSingleton(_ => Prometheus.Metrics.NewCustomRegistry())
            .AddObservability()
            .AddPages()
            .AddCatalogMirror()
            .AddActivity()
            .AddRevocationMirror()
            .AddSessionReports()
            .AddKeyMirrors()
            .AddLogin()
            .AddAccount()
            .AddAuthorizationEndpoint()
            .AddGrants()
            .AddDevices();
        _app = builder.Build();
        _app.UseMiddleware<RequestErrors>();
        _app.UsePages();
        _app.UseRouting();
        _app.MapKeys();
        _app.MapLogin();
        _app.MapAccount();
        _app.MapAuthorization();
        _app.MapGrants();
        _app.MapDevices();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    private sealed class Remember(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(static pair => $"{pair.Key}={pair.Value}")) : "";
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {values} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
