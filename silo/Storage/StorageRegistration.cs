using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Persistence;
using Orleans.Serialization;
using Orleans.Services;
using Orleans.Storage;
using Uitsmijter.Actors.Grains;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>Where the grains' state and the reminders of this silo live: in memory, or in Redis.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// An ephemeral entry outlives its own deadline (at most a day) and everything it issued (at most a refresh token's life):
    /// a replay of a used code must still find what it issued.
    /// </summary>
    private static readonly TimeSpan _longestEphemeralDeadline = TimeSpan.FromDays(1);

    /// <summary>A brief entry outlives its own deadline, an hour at most, by whatever clocks differ. Strangers fill storage for so long, not for a month (attack group 46).</summary>
    private static readonly TimeSpan _briefLife = TimeSpan.FromHours(2);

    /// <summary>Adds the named storage providers, JSON by System.Text.Json, and the reminder table.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="settings">Where to store.</param>
    /// <param name="isAlone">True for a silo that never shares a cluster: then its memory is the whole storage, without a grain in between.</param>
    public static ISiloBuilder AddStorage(this ISiloBuilder silo, ServerSettings settings, bool isAlone = false)
    {
        if (isAlone && settings.Storage != SettingWords.Redis)
        {
            foreach (var name in StorageNames.All)
            {
                silo.Services.AddKeyedSingleton<IGrainStorage>(name, new ProcessMemoryStorage(LifeIn(name, settings), TimeProvider.System));
            }

            return silo.UseInMemoryReminderService();
        }

        silo.Services.AddSingleton<SystemTextJsonGrainStorageSerializer>();
        silo.Services.Configure<SystemTextJsonGrainStorageSerializerOptions>(static options => StoredJson.Configure(options.JsonSerializerOptions));
        return settings.Storage == SettingWords.Redis ? AddRedis(silo, settings, isAlone) : AddMemory(silo);
    }

    /// <summary>How long an entry stays that nobody writes again; null: for ever.</summary>
    private static TimeSpan? LifeIn(string name, ServerSettings settings) => name switch
    {
        StorageNames.Ephemeral => settings.RefreshTokenLife + _longestEphemeralDeadline,
        StorageNames.Brief => _briefLife,
        _ => null,
    };

    private static ISiloBuilder AddMemory(ISiloBuilder silo)
    {
        foreach (var name in StorageNames.All)
        {
            silo.AddMemoryGrainStorage(name, static (OptionsBuilder<MemoryGrainStorageOptions> options) => options
                .Configure<SystemTextJsonGrainStorageSerializer>(static (storage, json) => storage.GrainStorageSerializer = json));
        }

        return silo.UseInMemoryReminderService();
    }

    private static ISiloBuilder AddRedis(ISiloBuilder silo, ServerSettings settings, bool isAlone)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton<RedisConnections>();
        foreach (var name in StorageNames.All)
        {
            AddRedis(silo, name, settings, LifeIn(name, settings));
        }

        silo.Services.AddSingleton<WriteRefusals>();
        AddRestoreWatch(silo.Services, isAlone);
        if (settings.RedisReplicas > 0)
        {
            silo.Services.AddSingleton<ReplicationFence>();
        }

        foreach (var name in StorageNames.All)
        {
            if (settings.RedisReplicas > 0)
            {
                Wrap(silo.Services, name, static (provider, inner) => new ReplicatedStorage(
                    inner, provider.GetRequiredService<ReplicationFence>(), provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId));
            }

            Wrap(silo.Services, name, (provider, inner) => new SingleUseStorage(
                inner, provider.GetRequiredService<SpentVersions>(), provider.GetRequiredService<RestoreWatch>(), name == StorageNames.Brief, provider.GetRequiredService<TimeProvider>()));
            Wrap(silo.Services, name, static (provider, inner) => new WatchedStorage(inner, provider.GetRequiredService<WriteRefusals>()));
        }

        silo.Services.AddOptions<RedisReminderTableOptions>().Configure<RedisConnections>(static (options, connections) =>
            options.CreateMultiplexer = reminders => connections.Open(reminders.ConfigurationOptions));
        return silo.UseRedisReminderService(options => options.ConfigurationOptions = ConfigurationOf(settings));
    }

    private static void AddRedis(ISiloBuilder silo, string name, ServerSettings settings, TimeSpan? expiry) =>
        silo.AddRedisGrainStorage(name, (OptionsBuilder<RedisStorageOptions> options) => options
            .Configure<SystemTextJsonGrainStorageSerializer, RedisConnections>((storage, json, connections) =>
            {
                storage.ConfigurationOptions = ConfigurationOf(settings);
                storage.CreateMultiplexer = redis => connections.Open(redis.ConfigurationOptions);
                storage.GrainStorageSerializer = json;
                storage.EntryExpiry = expiry;
                storage.DeleteStateOnClear = true;
            }));

    private static void AddRestoreWatch(IServiceCollection services, bool isAlone)
    {
        services.AddSingleton(static provider => new SpentVersions(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SpentExchange>();
        services.AddSingleton<RestoreWatch>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<RestoreWatch>());
        if (!isAlone)
        {
            services.AddSingleton<IGrainService, SpentVersionsOfSilo>();
        }
    }

    private static void Wrap(IServiceCollection services, string name, Func<IServiceProvider, IGrainStorage, IGrainStorage> wrap)
    {
        var inner = services.Last(service => service.IsKeyedService && service.ServiceType == typeof(IGrainStorage) && Equals(service.ServiceKey, name));
        services.Remove(inner);
        services.AddKeyedSingleton<IGrainStorage>(name, (provider, key) => wrap(provider, (IGrainStorage)inner.KeyedImplementationFactory!(provider, key)));
    }

    private static StackExchange.Redis.ConfigurationOptions ConfigurationOf(ServerSettings settings) => RedisOptions.Of(settings, TimeProvider.System);
}
