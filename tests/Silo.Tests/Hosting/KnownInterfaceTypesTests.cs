using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Hosting;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Hosting;

/// <summary>Names of grain interfaces are part of every message: remembering them must not change one.</summary>
public sealed class KnownInterfaceTypesTests
{
    [Fact]
    public void every_grain_interface_keeps_the_name_orleans_gives_it()
    {
        using var plain = Silo(static _ => { });
        using var remembering = Silo(KnownInterfaceTypes.AddTo);
        var interfaces = typeof(ISessionGrain).Assembly.GetExportedTypes()
            .Where(static type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type)).ToList();

        Assert.NotEmpty(interfaces);
        for (var time = 0; time < 2; time++)
        {
            Assert.All(interfaces, type => Assert.Equal(NameIn(plain, type), NameIn(remembering, type)));
        }
    }

    [Fact]
    public void the_memory_is_asked_first_and_is_there_once()
    {
        using var silo = Silo(static services =>
        {
            KnownInterfaceTypes.AddTo(services);
            KnownInterfaceTypes.AddTo(services);
        });

        var providers = silo.Services.GetServices<IGrainInterfaceTypeProvider>().ToList();

        Assert.IsType<KnownInterfaceTypes>(providers[0]);
        Assert.Single(providers, static provider => provider is KnownInterfaceTypes);
    }

    private static GrainInterfaceType NameIn(IHost silo, Type type) =>
        silo.Services.GetRequiredService<GrainInterfaceTypeResolver>().GetGrainInterfaceType(type);

    private static IHost Silo(Action<IServiceCollection> change)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.UseOrleans(static silo => silo.UseLocalhostClustering());
        change(builder.Services);
        return builder.Build();
    }
}
