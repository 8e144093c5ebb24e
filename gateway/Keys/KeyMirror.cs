using System.Collections.Concurrent;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// The keys of the tenants this gateway has worked for. The first request of a tenant fetches them, one call for all who ask at
/// once; from then on they are kept fresh in the background and the old ones stay while the cluster cannot be reached.
/// </summary>
internal sealed partial class KeyMirror(IGrainFactory grains, CatalogMirror catalog, TimeProvider clock, ILogger<KeyMirror> logger) : BackgroundService
{
    private const int ParallelRefreshes = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>After a failed refresh the next one waits this long: a cut-off gateway must not hammer the silos it finds again.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Tenant, SigningAlgorithm Algorithm), Task<TenantKeys?>> _flights = new();

    /// <summary>The keys if they are here; never waits.</summary>
    /// <param name="tenantName">Name of the tenant.</param>
    /// <param name="keys">The keys; meaningless when false.</param>
    public bool TryGet(string tenantName, out TenantKeys keys)
    {
        var found = _held.TryGetValue(tenantName, out var held);
        keys = found ? held!.Keys : null!;
        return found;
    }

    /// <summary>The keys, fetched when they are not here or belong to another algorithm than the tenant has now.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Stops waiting; the fetch goes on for the others.</param>
    /// <returns>Null when there are none yet and the cluster cannot be reached.</returns>
    public async ValueTask<TenantKeys?> Get(Tenant tenant, CancellationToken cancellationToken)
    {
        if (_held.TryGetValue(tenant.Name, out var held) && held.Algorithm == tenant.Algorithm)
        {
            return held.Keys;
        }

        return await Fetch(tenant).WaitAsync(cancellationToken) ?? held?.Keys;
    }

    /// <summary>The keys, or an exception where <see cref="Get"/> has none: whoever judges a token must not take silence for a verdict.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Stops waiting; the fetch goes on for the others.</param>
    public async ValueTask<TenantKeys> Need(Tenant tenant, CancellationToken cancellationToken) =>
        await Get(tenant, cancellationToken) ?? throw new InvalidOperationException($"The keys of tenant {tenant.Name} are out of reach.");

    /// <summary>Fetches the keys although those at hand are young: something about them was changed.</summary>
    /// <param name="tenant">The tenant.</param>
    public Task Refresh(Tenant tenant) => Fetch(tenant);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RefreshDue(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task RefreshDue(CancellationToken cancellationToken)
    {
        var snapshot = catalog.Current;
        var due = new List<Tenant>();
        foreach (var (name, held) in _held)
        {
            if (snapshot.TenantByName(name) is not { } tenant)
            {
                if (snapshot.Loaded)
                {
                    _held.TryRemove(name, out _);
                }
            }
            else if (IsDue(held) || held.Algorithm != tenant.Algorithm)
            {
                due.Add(tenant);
            }
        }

        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelRefreshes, CancellationToken = cancellationToken },
            async (tenant, _) => await Fetch(tenant));
    }

    /// <summary>Single flight per tenant and algorithm.</summary>
    private Task<TenantKeys?> Fetch(Tenant tenant)
    {
        var key = (tenant.Name, tenant.Algorithm);
        if (_flights.TryGetValue(key, out var flying))
        {
            return flying;
        }

        var landing = new TaskCompletionSource<TenantKeys?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var winner = _flights.GetOrAdd(key, landing.Task);
        return ReferenceEquals(winner, landing.Task) ? Fly(tenant, landing) : winner;
    }

    private async Task<TenantKeys?> Fly(Tenant tenant, TaskCompletionSource<TenantKeys?> landing)
    {
        TenantKeys? keys = null;
        try
        {
            keys = await grains.GetGrain<IKeyRingGrain>(tenant.Name).Read(tenant.Algorithm, CancellationToken.None)
                .WaitAsync(MirrorLoop.CallLimit, clock);
            var now = clock.GetUtcNow();
            _held[tenant.Name] = new Held(tenant.Algorithm, keys, clock.GetTimestamp(), keys.RefreshAt - now, keys.RefreshAt);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogUnreachable(logger, tenant.Name, failure);
            if (_held.TryGetValue(tenant.Name, out var held))
            {
                _held.TryUpdate(tenant.Name, held with { At = clock.GetTimestamp(), RefreshAfter = RetryAfter, RefreshAt = clock.GetUtcNow() + RetryAfter }, held);
            }
        }
        finally
        {
            _flights.TryRemove((tenant.Name, tenant.Algorithm), out _);
            landing.SetResult(keys);
        }

        return keys;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of tenant {Tenant} cannot be fetched; those at hand stay in use")]
    private static partial void LogUnreachable(ILogger logger, string tenant, Exception failure);

    /// <summary>
    /// Whichever comes first. A clock that is set back must not keep a key in use that the ring dropped; and where the world's clock has gone on by more than this process noticed (a machine that was suspended
    /// between the announcement of a key and its first signature), the tokens of that key are good now.
    /// </summary>
    private bool IsDue(Held held) => clock.GetElapsedTime(held.At) >= held.RefreshAfter || clock.GetUtcNow() >= held.RefreshAt;

    private sealed record Held(SigningAlgorithm Algorithm, TenantKeys Keys, long At, TimeSpan RefreshAfter, DateTimeOffset RefreshAt);
}
