using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Uitsmijter.Actors.Gateway.Hosting.Lines;

/// <summary>
/// Opens connections to silos. To one that is left alone none is opened, and nobody waits for it; and a broken network often swallows the very first packet of a new connection,
/// which is how an attempt after the rest ends then.
/// </summary>
internal sealed class SiloConnections(IConnectionFactory inner, SiloLines lines) : IConnectionFactory
{
    /// <summary>Stands before Orleans' own way to silos.</summary>
    /// <param name="services">The process, after Orleans' client was added.</param>
    public static void AddTo(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: true } service && service.ServiceType == typeof(IConnectionFactory))
            {
                services[i] = ServiceDescriptor.KeyedSingleton<IConnectionFactory>(
                    service.ServiceKey, (provider, key) => new SiloConnections(Original(service, provider, key), provider.GetRequiredService<SiloLines>()));
            }
        }
    }

    /// <inheritdoc />
    /// <exception cref="ConnectionAbortedException">The silo is left alone; whoever wanted it takes another one.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (lines.IsLeftAlone(endpoint))
        {
            throw new ConnectionAbortedException($"No answer came from {endpoint} a moment ago, and it is left alone.");
        }

        try
        {
            return await inner.ConnectAsync(endpoint, cancellationToken);
        }
        catch
        {
            lines.Failed(endpoint);
            throw;
        }
    }

    private static IConnectionFactory Original(ServiceDescriptor service, IServiceProvider provider, object? key) => (IConnectionFactory)(
        service.KeyedImplementationInstance
        ?? service.KeyedImplementationFactory?.Invoke(provider, key)
        ?? ActivatorUtilities.CreateInstance(provider, service.KeyedImplementationType!));
}
