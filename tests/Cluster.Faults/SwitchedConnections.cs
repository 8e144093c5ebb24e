using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Uitsmijter.Actors.Cluster.Faults;

/// <summary>
/// Leads every connection this process opens to a silo through the test's switchboard (<c>FAULTS_SWITCHBOARD</c>, a loopback port of this process's
/// own): eight bytes name where it wants to go, address and port, and the test can cut, hold or slow the line.
/// </summary>
internal sealed class SwitchedConnections(IConnectionFactory inner, IPEndPoint switchboard) : IConnectionFactory
{
    /// <summary>Exchanges the way of silos and cluster clients to silos.</summary>
    /// <param name="services">Everything the product has registered.</param>
    public static void Use(IServiceCollection services)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("FAULTS_SWITCHBOARD"), CultureInfo.InvariantCulture, out var port))
        {
            return;
        }

        var switchboard = new IPEndPoint(IPAddress.Loopback, port);
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: true } service && service.ServiceType == typeof(IConnectionFactory))
            {
                services[i] = ServiceDescriptor.KeyedSingleton<IConnectionFactory>(
                    service.ServiceKey, (provider, key) => new SwitchedConnections(Original(service, provider, key), switchboard));
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var target = (IPEndPoint)endpoint;
        var connection = await inner.ConnectAsync(switchboard, cancellationToken);
        var preface = new byte[8];
        target.Address.MapToIPv4().GetAddressBytes().CopyTo(preface, 0);
        BinaryPrimitives.WriteInt32BigEndian(preface.AsSpan(4), target.Port);
        await connection.Transport.Output.WriteAsync(preface, cancellationToken);

        // Whoever asks where it leads hears the silo and not the switchboard.
        connection.RemoteEndPoint = target;
        return connection;
    }

    private static IConnectionFactory Original(ServiceDescriptor service, IServiceProvider provider, object? key) => (IConnectionFactory)(
        service.KeyedImplementationInstance
        ?? service.KeyedImplementationFactory?.Invoke(provider, key)
        ?? ActivatorUtilities.CreateInstance(provider, service.KeyedImplementationType!));
}
