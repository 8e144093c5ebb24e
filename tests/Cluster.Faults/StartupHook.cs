using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Cluster.Faults;

#pragma warning disable CA1050 // The runtime looks for exactly this name, in no namespace.

/// <summary>
/// What the runtime calls before <c>Main</c> of a process under test (<c>DOTNET_STARTUP_HOOKS</c>). It waits for the host to be built and
/// exchanges the world around the product, never the product: the clock, the way to other processes, and for the test of the tests the storage.
/// </summary>
internal static class StartupHook
{
    /// <summary>Called by the runtime.</summary>
    public static void Initialize() => DiagnosticListener.AllListeners.Subscribe(new Listeners());

    private sealed class Listeners : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            // The source every .NET host announces itself by; tools use it too.
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(new Hosts());
            }
        }

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }

    private sealed class Hosts : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder host })
            {
                host.ConfigureServices(static (_, services) =>
                {
                    SteppedClock.Use(services);
                    SwitchedConnections.Use(services);
                    if (Environment.GetEnvironmentVariable("FAULTS_STORAGE") == "careless")
                    {
                        CarelessStorage.Use(services);
                    }
                });
            }
        }

        public void OnError(Exception error)
        {
        }

        public void OnCompleted()
        {
        }
    }
}
