using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>A real web server that knows nothing but the pages room, with a folder of its own and a clock in the test's hand.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _logs = new();

    private PageHost(Action<PageHost> prepare)
    {
        Folder = Directory.CreateTempSubdirectory("pages-").FullName;
        prepare(this);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(new Remember(_logs));
        builder.Services.AddSingleton(new ServerSettings { Directory = Folder }).AddSingleton<TimeProvider>(Clock).AddPages();
        _app = builder.Build();
        _app.UsePages();
        _app.Run(context => Answer(context));
    }

    public string Folder { get; }

    public FakeTimeProvider Clock { get; } = new(The.Instant);

    public string[] Logs => [.. _logs];

    public HttpClient Client { get; private set; } = null!;

    public Uri Address => Client.BaseAddress!;

    /// <summary>What the server answers to anything that is no asset.</summary>
    public RequestDelegate Answer { get; set; } = context => context.Response.WriteAsync("nothing");

    public PageRenderer Pages => _app.Services.GetRequiredService<PageRenderer>();

    public ErrorPage Errors => _app.Services.GetRequiredService<ErrorPage>();

    public static async Task<PageHost> Start(Action<PageHost>? prepare = null)
    {
        var host = new PageHost(prepare ?? (_ => { }));
        await host._app.StartAsync();
        var address = host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        host.Client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
        return host;
    }

    /// <summary>Writes a file below the server's folder.</summary>
    public void Put(string path, string content)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    /// <summary>Asks for one page.</summary>
    public async Task<HttpResponseMessage> Show(
        PageName page, PageModel model, Tenant? tenant = null, int status = 200, string? language = null)
    {
        Answer = context => Pages.Write(context, page, tenant, status, model);
        return await Get("/anything", "text/html", language);
    }

    /// <summary>Asks for one error.</summary>
    public async Task<HttpResponseMessage> ShowError(
        string? accept, int status, string reason, string? description = null, Tenant? tenant = null, string? language = null)
    {
        Answer = context => Errors.Write(context, tenant, status, reason, description);
        return await Get("/anything", accept, language);
    }

    public async Task<HttpResponseMessage> Get(string path, string? accept = null, string? language = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (language is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
        }

        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class Remember(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("Uitsmijter", StringComparison.Ordinal)
                ? this
                : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
