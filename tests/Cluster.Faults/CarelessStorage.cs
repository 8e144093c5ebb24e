using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Storage;

namespace Uitsmijter.Actors.Cluster.Faults;

/// <summary>
/// The deliberately broken build: storage that writes whoever asks, whatever was written since they read. Single use rests on the condition that is
/// missing here; a checker that does not notice checks nothing.
/// </summary>
internal sealed class CarelessStorage(IGrainStorage inner) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>Wraps every named storage.</summary>
    /// <param name="services">Everything the product has registered.</param>
    public static void Use(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: true, KeyedImplementationFactory: { } make } service && service.ServiceType == typeof(IGrainStorage))
            {
                services[i] = ServiceDescriptor.KeyedSingleton<IGrainStorage>(service.ServiceKey, (provider, key) => new CarelessStorage((IGrainStorage)make(provider, key)));
            }
        }
    }

    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ReadStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        try
        {
            await inner.WriteStateAsync(stateName, grainId, grainState);
        }
        catch (InconsistentStateException)
        {
            // Somebody was faster; this one overwrites what they wrote.
            var held = new GrainState<T>();
            await inner.ReadStateAsync(stateName, grainId, held);
            grainState.ETag = held.ETag;
            await inner.WriteStateAsync(stateName, grainId, grainState);
        }
    }

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => inner.ClearStateAsync(stateName, grainId, grainState);

    /// <inheritdoc />
    public void Participate(ISiloLifecycle observer) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(observer);
}
