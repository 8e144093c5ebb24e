using System.Collections.Concurrent;
using Orleans.Metadata;
using Orleans.Runtime;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Remembers what Orleans calls each grain interface. Orleans reads the attributes of the interface by reflection whenever a grain is
/// addressed; in a profile of logins that was more than the work of the addressed grain.
/// </summary>
internal sealed class KnownInterfaceTypes(IServiceProvider services) : IGrainInterfaceTypeProvider
{
    /// <summary>True while this thread waits for Orleans' own answer, which comes by here again.</summary>
    [ThreadStatic]
    private static bool _isAsking;

    private readonly ConcurrentDictionary<Type, GrainInterfaceType> _known = new();

    /// <summary>Puts the memory before Orleans' own ways to find out.</summary>
    /// <param name="services">Services of a silo or a client.</param>
    public static void AddTo(IServiceCollection services)
    {
        if (!services.Any(static service => service.ImplementationType == typeof(KnownInterfaceTypes)))
        {
            services.Insert(0, ServiceDescriptor.Singleton<IGrainInterfaceTypeProvider, KnownInterfaceTypes>());
        }
    }

    /// <inheritdoc />
    public bool TryGetGrainInterfaceType(Type type, out GrainInterfaceType grainInterfaceType)
    {
        // The names of generic interfaces are completed outside of providers.
        if (_isAsking || type.IsGenericType)
        {
            grainInterfaceType = default;
            return false;
        }

        if (!_known.TryGetValue(type, out grainInterfaceType))
        {
            _known[type] = grainInterfaceType = Ask(type);
        }

        return true;
    }

    private GrainInterfaceType Ask(Type type)
    {
        _isAsking = true;
        try
        {
            return services.GetRequiredService<GrainInterfaceTypeResolver>().GetGrainInterfaceType(type);
        }
        finally
        {
            _isAsking = false;
        }
    }
}
