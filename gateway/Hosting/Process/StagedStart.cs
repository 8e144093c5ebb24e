using Microsoft.Extensions.Hosting;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Starts everything that needs the cluster one after the other, in the order of registration, once the process listens. Probes are
/// answered from the first moment on, and nothing meets a silo that has not started: a store that is down delays the stages, it
/// neither fails the start nor hides the health endpoints.
/// </summary>
internal sealed partial class StagedStart(
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    StartFailure failure,
    ILogger<StagedStart> logger) : BackgroundService
{
    /// <summary>
    /// Key of hosted services that begin with the first stage and beside it: they need no cluster, and what they prepare is ready when it is there.
    /// </summary>
    public const string Beside = "uitsmijter.beside";

    private const string Stage = "uitsmijter.stage";
    private readonly List<IHostedService> _started = [];

    /// <summary>True once every stage runs.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Moves every hosted service registered so far behind the listener. Call it last, just before the host is built.</summary>
    /// <param name="services">All registrations of the process.</param>
    public static void Arrange(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            var service = services[i];
            if (service.ServiceType == typeof(IHostedService) && !service.IsKeyedService)
            {
                services[i] = Keyed(service);
            }
        }

        services.AddSingleton<StagedStart>();
        services.AddSingleton<StartFailure>();
        services.AddHostedService(provider => provider.GetRequiredService<StagedStart>());
    }

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        for (var i = _started.Count - 1; i >= 0; i--)
        {
            try
            {
                await _started[i].StopAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogStopFailed(exception, _started[i].GetType().Name);
            }
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var started = lifetime.ApplicationStarted.Register(listening.SetResult);
        try
        {
            await listening.Task.WaitAsync(stoppingToken);
            foreach (var service in services.GetKeyedServices<IHostedService>(Beside).Concat(services.GetKeyedServices<IHostedService>(Stage)))
            {
                _started.Add(service);
                await service.StartAsync(stoppingToken);
                if (service is BackgroundService { ExecuteTask: { } running })
                {
                    _ = Watch(running, service.GetType().Name);
                }
            }

            IsComplete = true;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while it was starting.
        }
#pragma warning disable CA1031 // Whatever a stage throws ends the process with one sentence.
        catch (Exception exception)
        {
            failure.Report(exception);
            lifetime.StopApplication();
        }
#pragma warning restore CA1031
    }

    // A loop that dies would leave a process that looks alive and grows stale.
    private async Task Watch(Task running, string stage)
    {
        try
        {
            await running;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The usual end.
        }
#pragma warning disable CA1031 // Whatever ends a loop ends the process with one sentence.
        catch (Exception exception)
        {
            LogDied(exception, stage);
            failure.Report(exception);
            lifetime.StopApplication();
        }
#pragma warning restore CA1031
    }

    private static ServiceDescriptor Keyed(ServiceDescriptor service) => service switch
    {
        { ImplementationFactory: { } factory } => ServiceDescriptor.KeyedSingleton<IHostedService>(Stage, (provider, _) => (IHostedService)factory(provider)),
        { ImplementationInstance: { } instance } => ServiceDescriptor.KeyedSingleton(Stage, (IHostedService)instance),
        _ => new ServiceDescriptor(typeof(IHostedService), Stage, service.ImplementationType!, ServiceLifetime.Singleton),
    };

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "{Stage} ended unexpectedly; the process stops.")]
    private partial void LogDied(Exception exception, string stage);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "{Stage} did not stop cleanly.")]
    private partial void LogStopFailed(Exception exception, string stage);
}
