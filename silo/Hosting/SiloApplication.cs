using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Services;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Hosting.Tls;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;
using Uitsmijter.Actors.Silo.Catalog;
using Uitsmijter.Actors.Silo.Storage;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>Composes a silo: membership, endpoints, storage, and the rooms of the machine room.</summary>
public static class SiloApplication
{
    /// <summary>Adds the silo and everything that lives in it.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="isEmbedded">True where the gateway shares the process: then a cluster of one opens no port at all.</param>
    public static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder, ServerSettings settings, bool isEmbedded = false)
    {
        var alone = isEmbedded && settings.Clustering == SettingWords.Localhost;
        if (!alone)
        {
            // Before TLS: a line that swallows swallows handshakes, too.
            builder.Services.AddSingleton<GatewayLines>();
            builder.Services.AddOptions<SiloConnectionOptions>().Configure<GatewayLines>(static (options, lines) =>
                options.ConfigureGatewayInboundConnection(connection => connection.Use(next => line => lines.Listen(line, next))));
        }

        if (!alone && ClusterTls.AddTo(builder.Services, settings))
        {
            builder.Services.AddOptions<SiloConnectionOptions>().Configure<ClusterIdentity>(static (options, identity) =>
            {
                options.ConfigureSiloInboundConnection(connection => connection.UseServerTls(ClusterTls.Accepting(identity)));
                options.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(ClusterTls.Accepting(identity)));
                options.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(ClusterTls.Connecting(identity)));
            });
        }

        if (settings.Clustering == SettingWords.Redis || settings.Storage == SettingWords.Redis)
        {
            SentinelThreads.Reserve(settings);
            RedisCertificateWatch.AddTo(builder.Services, settings);
            builder.Services.AddHostedService<RedisGate>();
        }

        if (!alone)
        {
            builder.Services.AddHostedService<ClusterPorts>();
        }

        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = settings.ClusterId;
                options.ServiceId = settings.ServiceId;
            });
            AddMembership(silo, settings, alone);
            SiloTuning.Apply(silo, alone);
            silo.AddStorage(settings, alone);
            if (settings.Dashboard)
            {
                // What silos log stays where logs go: the page shows figures only.
                silo.AddDashboard(static options => options.HideTrace = true);
            }

            if (ProcessTelemetry.IsOn)
            {
                silo.AddActivityPropagation();
            }

            if (!alone)
            {
                silo.Services.AddSingleton<IGrainService, Pulse>();
                silo.Services.AddHostedService(static provider => provider.GetRequiredService<GatewayLines>());
                silo.Services.AddSingleton<IOutgoingGrainCallFilter>(
                    static services => new RepeatedCalls(services.GetRequiredService<TimeProvider>(), RepeatedCalls.OfSilos, attempt: null));
                RepeatedCalls.LetRejectionsTravel(silo.Services);
            }
        });
        if (alone)
        {
            NoListener.ReplaceClusterPorts(builder.Services);
        }

        SteppedClocks.Bear(builder.Services);
        KnownInterfaceTypes.AddTo(builder.Services);
        builder.Services.Replace(ServiceDescriptor.Singleton<IAttributeToFactoryMapper<PersistentStateAttribute>, StateFactories>());

        builder.Services.AddSingleton<SiloHealth>();
        builder.Services.AddHealthChecks().AddCheck<SiloHealth>("silo");
        ClusterProbe.AddTo(builder.Services);
        AddRooms(builder.Services);
        return builder;
    }

    // One line a room.
    private static void AddRooms(IServiceCollection services)
    {
        services.AddCatalogRoom();
        services.AddKeysRoom();
        services.AddLoginThrottle();
        services.AddRevocationRoom();
        services.AddSessionsRoom();
        services.AddGrantsRoom();
        services.AddCatalogSource();
        services.AddProviderScripts();
    }

    private static void AddMembership(ISiloBuilder silo, ServerSettings settings, bool alone)
    {
        if (settings.Clustering == SettingWords.Redis)
        {
            silo.Services.TryAddSingleton<RedisConnections>();
            silo.Services.AddOptions<RedisClusteringOptions>().Configure<RedisConnections>(static (options, connections) =>
                options.CreateMultiplexer = clustering => connections.Open(clustering.ConfigurationOptions));
            silo.UseRedisClustering(options => options.ConfigurationOptions = RedisOptions.Of(settings, TimeProvider.System));
            AddEndpoints(silo, settings);
        }
        else if (settings.Clustering == SettingWords.Kubernetes)
        {
            silo.UseKubernetesClustering(options => options.Namespace = settings.Namespace);
            AddEndpoints(silo, settings);
        }
        else
        {
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, settings.SiloPort));
            silo.ConfigureEndpoints(IPAddress.Loopback, settings.SiloPort, alone ? 0 : settings.GatewayPort);
            return;
        }

        LetMembershipLast(silo.Services);
    }

    private static void LetMembershipLast(IServiceCollection services)
    {
        var stored = services.Last(static service => service.ServiceType == typeof(IMembershipTable));
        services.AddKeyedSingleton(nameof(LastingMembershipTable), (provider, _) =>
            (IMembershipTable)(stored.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, stored.ImplementationType!)));
        services.Replace(ServiceDescriptor.Singleton<IMembershipTable>(static provider => new LastingMembershipTable(
            provider.GetRequiredKeyedService<IMembershipTable>(nameof(LastingMembershipTable)),
            provider.GetRequiredService<ILocalSiloDetails>().SiloAddress,
            // Asked for late: what knows the newest version is itself made from this table.
            () => provider.GetRequiredService<IClusterMembershipService>().CurrentSnapshot,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LastingMembershipTable>>())));
    }

    private static void AddEndpoints(ISiloBuilder silo, ServerSettings settings) => silo.Configure<EndpointOptions>(options =>
    {
        options.SiloPort = settings.SiloPort;
        options.GatewayPort = settings.GatewayPort;
        if (settings.AdvertisedIp is not { } ip)
        {
            return;
        }

        // A cluster on one machine listens on loopback: nothing is public.
        options.AdvertisedIPAddress = IPAddress.Parse(ip);
        var listening = IPAddress.IsLoopback(options.AdvertisedIPAddress) ? options.AdvertisedIPAddress : IPAddress.Any;
        options.SiloListeningEndpoint = new IPEndPoint(listening, settings.SiloPort);
        options.GatewayListeningEndpoint = new IPEndPoint(listening, settings.GatewayPort);
    });
}
