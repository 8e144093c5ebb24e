using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Storage;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

/// <summary>Two silos of this process over the storage of the product.</summary>
internal sealed class StoredCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly List<InProcessSiloHandle> _silos;

    private StoredCluster(InProcessTestCluster cluster) => (_cluster, _silos) = (cluster, [.. cluster.Silos]);

    /// <summary>Where tests get grains from.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>Starts the cluster; two started with the same settings share what a real storage keeps.</summary>
    /// <param name="settings">Of all silos.</param>
    /// <param name="more">Adds to what a silo is made of.</param>
    public static async Task<StoredCluster> Start(ServerSettings settings, Action<IServiceCollection>? more = null)
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ServiceId = "storage-tests";
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddStorage(settings);
            silo.Services.AddSingleton(settings);
            silo.Services.AddCatalogRoom().AddKeysRoom().AddRevocationRoom().AddSessionsRoom();
            more?.Invoke(silo.Services);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new StoredCluster(cluster);
    }

    /// <summary>One of the named storages.</summary>
    public IGrainStorage Storage(string name, int silo = 0) => _silos[silo].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(name);

    /// <summary>A service of a silo.</summary>
    public T Of<T>(int silo = 0)
        where T : notnull => _silos[silo].ServiceProvider.GetRequiredService<T>();

    /// <summary>One more silo.</summary>
    public async Task Add() => _silos.Add(await _cluster.StartAdditionalSiloAsync());

    /// <summary>A silo is asked to end.</summary>
    public Task Stop(int silo) => _cluster.StopSiloAsync(_silos[silo]);

    /// <summary>A silo dies.</summary>
    public Task Kill(int silo) => _cluster.KillSiloAsync(_silos[silo]);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
