using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Hands grains their stored state. Orleans' own mapper calls the generic factory by reflection for every activation, and a login makes
/// two of them; here reflection happens once per constructor parameter.
/// </summary>
internal sealed class StateFactories : IAttributeToFactoryMapper<PersistentStateAttribute>
{
    private static readonly MethodInfo _make = typeof(StateFactories).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <inheritdoc />
    public Factory<IGrainContext, object> GetFactory(ParameterInfo parameter, PersistentStateAttribute metadata)
    {
        if (!parameter.ParameterType.IsConstructedGenericType || parameter.ParameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new ArgumentException($"{parameter.Name} of {parameter.Member.DeclaringType} is no IPersistentState<T>.", nameof(parameter));
        }

        var place = new Place(string.IsNullOrEmpty(metadata.StateName) ? parameter.Name! : metadata.StateName, metadata.StorageName!);
        return (Factory<IGrainContext, object>)_make.MakeGenericMethod(parameter.ParameterType.GetGenericArguments()).Invoke(null, [place])!;
    }

    private static Factory<IGrainContext, object> Make<TState>(Place place) => context =>
    {
        var state = context.ActivationServices.GetRequiredService<IPersistentStateFactory>().Create<TState>(context, place);
        if (state is IGrainMigrationParticipant traveller)
        {
            // A silo that ends hands its activations over, and their states stay at home: the next silo reads them where they are true. They have no codec
            // on purpose, for what is stored is one dialect of JSON with golden files, and neighbouring builds need not agree on a second one.
            context.ObservableLifecycle.RemoveMigrationParticipant(traveller);
        }

        return state;
    };

    /// <summary>Where a state is stored.</summary>
    private sealed record Place(string StateName, string StorageName) : IPersistentStateConfiguration;
}
