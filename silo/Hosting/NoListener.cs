using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>
/// A cluster port that is never opened. The embedded default is a cluster of one whose client shares the process: no message ever
/// crosses a socket, so there is nothing to listen for, to firewall, or to find taken.
/// </summary>
internal sealed class NoListener : IConnectionListenerFactory
{
    /// <summary>Replaces the sockets of the silo's own listeners; Kestrel's are registered without a key and stay.</summary>
    /// <param name="services">Registrations after Orleans has added its own.</param>
    public static void ReplaceClusterPorts(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: true } service && service.ServiceType == typeof(IConnectionListenerFactory))
            {
                services[i] = ServiceDescriptor.KeyedSingleton<IConnectionListenerFactory>(service.ServiceKey, static (_, _) => new NoListener());
            }
        }
    }

    /// <inheritdoc />
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Silent(endpoint));

    private sealed class Silent(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _never = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await _never.Task.WaitAsync(cancellationToken);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _never.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
