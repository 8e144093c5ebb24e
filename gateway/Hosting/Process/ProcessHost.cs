using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Hosting.Logging;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting;

/// <summary>What gateway, silo and standalone have in common: reading the environment, listening, starting, ending.</summary>
internal static partial class ProcessHost
{
    /// <summary>Exit code when the process could not start.</summary>
    public const int CannotStart = 1;

    /// <summary>Exit code when the settings refuse the start.</summary>
    public const int BadSettings = 2;

    /// <summary>Tells what refuses the start on standard error, one sentence a line, and whether anything does.</summary>
    /// <param name="settings">The settings.</param>
    public static bool Refuses(ServerSettings settings)
    {
        var problems = settings.Problems.ToList();
        if (!HasGlobalization())
        {
            problems.Add("ICU is missing: install libicu (Debian: apt-get install libicu-dev) and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT; host and user names cannot be compared without it.");
        }

        try
        {
            ListenAddress.Public(Environment.GetEnvironmentVariable);
        }
        catch (FormatException exception)
        {
            problems.Add(exception.Message);
        }

        foreach (var problem in problems)
        {
            Console.Error.WriteLine(problem);
        }

        return problems.Count > 0;
    }

    /// <summary>A bare web host: no configuration files, no framework output, listeners as the environment says.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="hasPublicListener">False for a silo, which serves its management port alone.</param>
    public static WebApplicationBuilder CreateBuilder(ServerSettings settings, bool hasPublicListener)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = settings.IsProduction ? Environments.Production : Environments.Development,
        });
        builder.Configuration.AddEnvironmentVariables("ASPNETCORE_");
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        var addresses = Addresses(settings, hasPublicListener);
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            kestrel.Configure(context.Configuration.GetSection("Kestrel"));
            KestrelLimits.Apply(kestrel);
            foreach (var address in addresses)
            {
                address.Open(kestrel);
            }
        });
        ProcessLogging.Use(builder.Logging, settings);
        ProcessTelemetry.Add(builder);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ManagementPort>();
        builder.Services.AddSingleton(static _ => Prometheus.Metrics.NewCustomRegistry());
        builder.Services.AddSingleton<ProcessMetrics>();
        builder.Services.AddHealthChecks();
        builder.Services.AddRoutingCore();
        return builder;
    }

    /// <summary>Starts, runs until the process is told to end, and stops gracefully.</summary>
    /// <param name="app">The composed application.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="hasPublicListener">As at <see cref="CreateBuilder"/>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(WebApplication app, ServerSettings settings, bool hasPublicListener)
    {
        await using (app)
        {
            try
            {
                await app.StartAsync();
            }
            catch (IOException exception) when (StartFailure.IsAboutPorts(exception))
            {
                await Console.Error.WriteLineAsync(StartFailure.Explain(exception, Addresses(settings, hasPublicListener)));
                return CannotStart;
            }

            var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProcessHost).FullName!);
            Warn(app, settings, logger);
            await using var stopping = app.Lifetime.ApplicationStopping.Register(() => LogStopping(logger));
            app.Services.GetRequiredService<ManagementPort>().Learn(app.Services.GetRequiredService<IServer>());
            await Drained(app, hasPublicListener ? settings.DrainTime : TimeSpan.Zero);
            await app.StopAsync();
            LogStopped(logger);
            if (app.Services.GetRequiredService<StartFailure>().Sentence is { } sentence)
            {
                await Console.Error.WriteLineAsync(sentence);
                return CannotStart;
            }

            return 0;
        }
    }

    /// <summary>
    /// Waits until the process is told to end, and then for the proxies: the listener closes as soon as the host stops, and whoever has not yet
    /// heard from the readiness probe that this gateway is leaving would be refused.
    /// </summary>
    private static async Task Drained(WebApplication app, TimeSpan time)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = app.Lifetime.ApplicationStopping.Register(told.SetResult);
        await told.Task;
        if (time > TimeSpan.Zero && app.Services.GetRequiredService<StartFailure>().Sentence is null)
        {
            await Task.Delay(time, app.Services.GetRequiredService<TimeProvider>());
        }
    }

    private static void Warn(WebApplication app, ServerSettings settings, ILogger logger)
    {
        foreach (var warning in settings.Warnings)
        {
            LogWarning(logger, warning);
        }

        var addresses = string.Join(' ', app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses);
        LogListening(logger, addresses);
    }

    private static List<ListenAddress> Addresses(ServerSettings settings, bool hasPublicListener)
    {
        var management = ListenAddress.Management(Environment.GetEnvironmentVariable, settings.ManagementPort);
        return hasPublicListener ? [.. ListenAddress.Public(Environment.GetEnvironmentVariable), management] : [management];
    }

    private static bool HasGlobalization()
    {
        // In invariant mode an upper-case umlaut has no punycode of its lower-case form, and tenants by host would be missed.
        try
        {
            return CultureInfo.GetCultureInfo("de-DE", predefinedOnly: true).Name == "de-DE"
                && !(AppContext.TryGetSwitch("System.Globalization.Invariant", out var invariant) && invariant)
                && CultureInfo.GetCultureInfo("de-DE").NumberFormat.NumberDecimalSeparator == ",";
        }
        catch (CultureNotFoundException)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(EventId = 2, EventName = LogRules.NoticeEvent, Level = LogLevel.Information, Message = "Listening on {Addresses}; the last one serves health and metrics.")]
    private static partial void LogListening(ILogger logger, string addresses);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Stopping: not ready any more, open requests may end.")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "Stopped.")]
    private static partial void LogStopped(ILogger logger);
}
