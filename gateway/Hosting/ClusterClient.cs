using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.Dashboard;
using Uitsmijter.Actors.Gateway.Hosting.Lines;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Hosting.Tls;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>The gateway's way into the cluster where the silos are other processes.</summary>
internal static class ClusterClient
{
    private static readonly TimeSpan _response = TimeSpan.FromSeconds(10);

    /// <summary>Adds the client; it starts behind the listener and tries until a silo answers.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="settings">The settings.</param>
    public static void Add(IHostApplicationBuilder builder, ServerSettings settings)
    {
        builder.Services.AddSingleton<SiloLosses>();
        builder.Services.AddSingleton<ClusterConnection>();
        builder.Services.AddHealthChecks().AddCheck<ClusterConnection>("cluster");
        builder.Services.AddSingleton<SiloLines>();

        // Before TLS: a line that swallows swallows handshakes, too.
        builder.Services.AddOptions<ClientConnectionOptions>().Configure<SiloLines>(static (options, lines) =>
            options.ConfigureConnection(connection => connection.Use(next => line => lines.Listen(line, next))));
        if (ClusterTls.AddTo(builder.Services, settings))
        {
            builder.Services.AddOptions<ClientConnectionOptions>().Configure<ClusterIdentity>(static (options, identity) =>
                options.ConfigureConnection(connection => connection.UseClientTls(ClusterTls.Connecting(identity))));
        }

        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options =>
            {
                options.ClusterId = settings.ClusterId;
                options.ServiceId = settings.ServiceId;
            });
            AddMembership(client, settings);
            if (settings.Dashboard)
            {
                client.AddDashboard(DashboardOperation.Configure);
            }

            client.Configure<ClientMessagingOptions>(options =>
            {
                options.ResponseTimeout = _response;
                options.CancelRequestOnTimeout = true;
            });

            // A gateway that lost a silo must find the others within seconds.
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            if (ProcessTelemetry.IsOn)
            {
                client.AddActivityPropagation();
            }

            client.Services.AddSingleton<IOutgoingGrainCallFilter>(
                static services => new RepeatedCalls(services.GetRequiredService<TimeProvider>(), RepeatedCalls.OfGateways, RepeatedCalls.FirstAttempt, services.GetRequiredService<SiloLosses>()));

            RepeatedCalls.LetRejectionsTravel(client.Services);
            SiloConnections.AddTo(client.Services);
            AnsweringGateways.AddTo(client.Services);
            client.UseConnectionRetryFilter<ClusterRetry>();
            client.AddGatewayCountChangedHandler(static services => services.GetRequiredService<ClusterConnection>().Counted);
        });
        builder.Services.AddHostedService<LinePulse>();
        builder.Services.AddSingleton<ClockDifferences>();
        builder.Services.AddHostedService<ClockWatch>();
        KnownInterfaceTypes.AddTo(builder.Services);
        ClusterProbe.AddTo(builder.Services);
    }

    private static void AddMembership(IClientBuilder client, ServerSettings settings)
    {
        switch (settings.Clustering)
        {
            case SettingWords.Redis:
                SentinelThreads.Reserve(settings);
                RedisCertificateWatch.AddTo(client.Services, settings);
                client.UseRedisClustering(redis => redis.ConfigurationOptions = RedisOptions.Of(settings, TimeProvider.System));
                break;
            case SettingWords.Kubernetes:
                client.UseKubernetesClustering(kubernetes => kubernetes.Namespace = settings.Namespace);
                break;
            default:
                client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, settings.GatewayPort));
                break;
        }
    }
}
