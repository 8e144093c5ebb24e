using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Storage;
using Orleans.TestingHost;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests;

/// <summary>
/// Two silos in this process, one storage, one clock with one hand on it. Grains see the test's clock; Orleans' own background work
/// (membership, directory, messaging) stays on real time.
/// </summary>
public class ClusterFixture : IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    /// <summary>The clock of the grains; tests move it forward only.</summary>
    public FakeTimeProvider Clock { get; init; } = new(The.Instant);

    /// <summary>What the grains stored; survives the cluster.</summary>
    public TestStorage Storage { get; init; } = new();

    /// <summary>The environment of the silos.</summary>
    public ServerSettings Settings { get; init; } = new()
    {
        JwtSecret = new Secret("jwt-secret-of-the-tests-0123456789abcdef"),
        KeyEncryptionSecret = new Secret("key-encryption-secret-of-the-tests-0123"),
    };

    /// <summary>How many silos; two unless a test says otherwise.</summary>
    public short Silos { get; init; } = 2;

    /// <summary>More services for the silos.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>The running cluster.</summary>
    public InProcessTestCluster Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not started.");

    /// <summary>Where tests get grains from.</summary>
    public IGrainFactory Grains => Cluster.Client;

    /// <summary>A service of one of the silos.</summary>
    /// <param name="silo">Which, from 0.</param>
    public T Of<T>(int silo)
        where T : notnull => Cluster.Silos[silo].ServiceProvider.GetRequiredService<T>();

    /// <summary>Waits until something has become true; fails after two minutes of real time.</summary>
    public static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    /// <summary>Waits until something has become true; fails after two minutes of real time.</summary>
    public static async Task Until(Func<Task<bool>> condition)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(120), "It did not become true within 120 seconds.");
            await Task.Delay(5);
        }
    }

    /// <inheritdoc />
    public virtual async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(Silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(Clock);
            silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            silo.Services.AddKeyedSingleton(ReminderTimeProviderNames.Reminders, TimeProvider.System);
            silo.Services.AddSingleton(Settings);
            silo.Services.AddKeysRoom().AddLoginThrottle().AddCatalogRoom().AddSessionsRoom().AddRevocationRoom().AddGrantsRoom();
            Services?.Invoke(silo.Services);
            foreach (var name in StorageNames.All)
            {
                silo.Services.AddKeyedSingleton<IGrainStorage>(name, Storage);
            }

            silo.UseInMemoryReminderService();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
