using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Messaging;

namespace Uitsmijter.Actors.Gateway.Hosting.Lines;

/// <summary>The silos this process may send its calls to: those the membership names, without those it cannot reach while others answer.</summary>
internal sealed class AnsweringGateways(IGatewayListProvider inner, SiloLines lines) : IGatewayListProvider
{
    /// <inheritdoc />
    public TimeSpan MaxStaleness => inner.MaxStaleness;

    /// <inheritdoc />
    [Obsolete("Orleans takes every list for one that changes; the interface still asks.")]
    public bool IsUpdatable => inner.IsUpdatable;

    /// <summary>Stands before the list that is registered.</summary>
    /// <param name="services">The process, after the clustering was chosen.</param>
    public static void AddTo(IServiceCollection services)
    {
        var registered = services.Last(static service => service.ServiceType == typeof(IGatewayListProvider) && !service.IsKeyedService);
        services.AddKeyedSingleton(nameof(AnsweringGateways), (provider, _) => Original(registered, provider));
        services.Replace(ServiceDescriptor.Singleton<IGatewayListProvider>(static provider => new AnsweringGateways(
            provider.GetRequiredKeyedService<IGatewayListProvider>(nameof(AnsweringGateways)), provider.GetRequiredService<SiloLines>())));
    }

    /// <inheritdoc />
    public Task InitializeGatewayListProvider() => inner.InitializeGatewayListProvider();

    /// <inheritdoc />
    public async Task<IList<Uri>> GetGateways()
    {
        var all = await inner.GetGateways();
        lines.Learn(all);
        Uri[] answering = [.. all.Where(silo => !lines.IsLeftAlone(SiloLines.EndPointOf(silo)))];

        // Some way is better than none.
        return answering.Length > 0 ? answering : all;
    }

    private static IGatewayListProvider Original(ServiceDescriptor service, IServiceProvider provider) => (IGatewayListProvider)(
        service.ImplementationInstance
        ?? service.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!));
}
