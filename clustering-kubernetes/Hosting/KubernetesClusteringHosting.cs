using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Messaging;
using Uitsmijter.Actors.Clustering.Kubernetes;
using Uitsmijter.Actors.Clustering.Kubernetes.Api;
using Uitsmijter.Actors.Clustering.Kubernetes.Membership;

namespace Orleans.Hosting;

/// <summary>Switches membership in Kubernetes custom resources on, for silos and for clients.</summary>
public static class KubernetesClusteringHosting
{
    /// <summary>Keeps this silo's membership in Kubernetes custom resources.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    public static ISiloBuilder UseKubernetesClustering(this ISiloBuilder builder, Action<KubernetesClusteringOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddApi(builder.Services, configure);
        builder.Services.AddSingleton<IMembershipTable, KubernetesMembershipTable>();
        return builder;
    }

    /// <summary>Finds the silos of a cluster in Kubernetes custom resources.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Sets options; null for the defaults.</param>
    public static IClientBuilder UseKubernetesClustering(this IClientBuilder builder, Action<KubernetesClusteringOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddApi(builder.Services, configure);
        builder.Services.AddSingleton<IGatewayListProvider, KubernetesGatewayList>();
        return builder;
    }

    private static void AddApi(IServiceCollection services, Action<KubernetesClusteringOptions>? configure)
    {
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ApiConnections>();
        services.TryAddSingleton<TroubleLog>();
        services.TryAddSingleton<ApiCalls>();
        services.TryAddSingleton<MembershipApi>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationValidator, KubernetesClusteringOptionsValidator>());
    }
}
