using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>
/// Hands changes to the catalog until it has them: in bounded batches, each tried until it succeeds. Publishing the same again changes nothing, so
/// two silos with the same files agree, and a lost answer does no harm.
/// </summary>
internal sealed partial class CatalogPublisher(ICatalogGrain catalog, StoreCredentials credentials, TimeProvider clock, ILogger<CatalogPublisher> logger)
{
    private const int MostEntities = 2000;
    private const int MostScriptCharacters = 4 * 1024 * 1024;
    private const int PageSize = 2000;
    private const int QuietFailures = 5;

    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    private long _epoch;
    private long _version;
    private long _looked;

    /// <summary>Everything the catalog holds now; whatever is read from the source afterwards may be published over it.</summary>
    public async Task<(IReadOnlyList<TenantEntry> Tenants, IReadOnlyList<ClientEntry> Clients)> Read(CancellationToken cancellationToken)
    {
        var tenants = new Dictionary<string, TenantEntry>(StringComparer.Ordinal);
        var clients = new Dictionary<Guid, ClientEntry>();
        (long Epoch, long Version) at = (0, 0);
        for (var more = true; more;)
        {
            var page = await Insist(token => catalog.ReadEntries(at.Epoch, at.Version, PageSize, token), cancellationToken);
            if (page.Epoch != at.Epoch)
            {
                tenants.Clear();
                clients.Clear();
            }

            Apply(page, tenants, clients);
            at = (page.Epoch, page.Version);
            more = page.More;
        }

        (_epoch, _version) = at;
        _looked = _version;
        return ([.. tenants.Values], [.. clients.Values]);
    }

    /// <summary>Publishes changes; returns once the catalog has them, or says that it does not take them.</summary>
    /// <returns>False: others published since this source was read.</returns>
    public async Task<bool> Publish(CatalogOutcome outcome, CancellationToken cancellationToken) =>
        await Publish(Batches(await Sealed(outcome, cancellationToken), null), cancellationToken);

    /// <summary>Publishes everything; what else the catalog holds goes with the last batch.</summary>
    /// <inheritdoc cref="Publish(CatalogOutcome, CancellationToken)" path="/returns"/>
    public async Task<bool> PublishAll(CatalogSet set, CancellationToken cancellationToken)
    {
        var everything = new CatalogOutcome
        {
            Tenants = [.. set.TenantNames.Order(StringComparer.Ordinal).Select(name => set.Tenant(name)!)],
            Clients = [.. set.ClientIdents.Order().Select(ident => set.Client(ident)!)],
        };
        var retention = new CatalogRetention([.. everything.Tenants.Select(static entry => entry.Tenant.Name)], [.. everything.Clients.Select(static entry => entry.Client.Ident)]);
        if (!await Publish(Batches(await Sealed(everything, cancellationToken), retention), cancellationToken))
        {
            return false;
        }

        _epoch = (await Insist(token => catalog.Read(_epoch, _version, 1, token), cancellationToken)).Epoch;
        _looked = _version;
        return true;
    }

    /// <summary>Everything that changed in the catalog since it was looked at last, own changes included.</summary>
    /// <param name="note">Told of each page.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>False: the catalog lost what it was given, its storage began anew.</returns>
    public async Task<bool> Look(Action<CatalogEntriesPage> note, CancellationToken cancellationToken)
    {
        for (var more = true; more;)
        {
            var page = await Insist(token => catalog.ReadEntries(_epoch, _looked, PageSize, token), cancellationToken);
            if (!page.Loaded || page.Epoch != _epoch)
            {
                return false;
            }

            note(page);
            (_looked, more) = (page.Version, page.More);
        }

        return true;
    }

    /// <summary>Tenants as they are published: without anything that could be used without the cluster's secrets.</summary>
    /// <param name="tenants">As they were read.</param>
    /// <param name="cancellationToken">Stops waiting for the secrets.</param>
    public Task<ImmutableArray<TenantEntry>> AsPublished(ImmutableArray<TenantEntry> tenants, CancellationToken cancellationToken) =>
        Insist(token => credentials.Seal(tenants, token), cancellationToken);

    /// <inheritdoc cref="AsPublished(ImmutableArray{TenantEntry}, CancellationToken)"/>
    /// <param name="clients">As they were read.</param>
    /// <param name="cancellationToken">Stops waiting for the secrets.</param>
    public Task<ImmutableArray<ClientEntry>> AsPublished(ImmutableArray<ClientEntry> clients, CancellationToken cancellationToken) =>
        Insist(token => credentials.Seal(clients, token), cancellationToken);

    private async Task<CatalogOutcome> Sealed(CatalogOutcome outcome, CancellationToken cancellationToken) =>
        outcome with
        {
            Tenants = await AsPublished(outcome.Tenants, cancellationToken),
            Clients = await AsPublished(outcome.Clients, cancellationToken),
        };

    private async Task<bool> Publish(IEnumerable<CatalogChange> batches, CancellationToken cancellationToken)
    {
        // What was known when the source was read holds for all batches: what earlier ones of them change, later ones do not mention.
        var (known, newest) = (new CatalogPosition(_epoch, _version), _version);
        foreach (var batch in batches)
        {
            newest = await Insist(token => catalog.Publish(batch with { Known = known }, token), cancellationToken);
            if (newest == ICatalogGrain.Outdated)
            {
                return false;
            }
        }

        _version = newest;
        return true;
    }

    private static void Apply(CatalogEntriesPage page, Dictionary<string, TenantEntry> tenants, Dictionary<Guid, ClientEntry> clients)
    {
        foreach (var entry in page.Tenants)
        {
            tenants[entry.Tenant.Name] = entry;
        }

        foreach (var entry in page.Clients)
        {
            clients[entry.Client.Ident] = entry;
        }

        foreach (var name in page.RemovedTenants)
        {
            tenants.Remove(name);
        }

        foreach (var ident in page.RemovedClients)
        {
            clients.Remove(ident);
        }
    }

    /// <summary>Removals first, so that a name that moves is never there twice; tenants before their clients; the complete set last.</summary>
    private static IEnumerable<CatalogChange> Batches(CatalogOutcome outcome, CatalogRetention? retention)
    {
        foreach (var idents in outcome.RemovedClients.Chunk(MostEntities))
        {
            yield return new CatalogChange { RemovedClients = [.. idents] };
        }

        foreach (var names in outcome.RemovedTenants.Chunk(MostEntities))
        {
            yield return new CatalogChange { RemovedTenants = [.. names] };
        }

        foreach (var tenants in ByWeight(outcome.Tenants))
        {
            yield return new CatalogChange { Tenants = tenants };
        }

        foreach (var clients in outcome.Clients.Chunk(MostEntities))
        {
            yield return new CatalogChange { Clients = [.. clients] };
        }

        if (retention is not null)
        {
            yield return new CatalogChange { Retain = retention };
        }
    }

    // Scripts can be long: a batch is bounded by its weight too, far below the largest message the cluster carries.
    private static IEnumerable<ImmutableArray<TenantEntry>> ByWeight(ImmutableArray<TenantEntry> tenants)
    {
        var batch = ImmutableArray.CreateBuilder<TenantEntry>();
        var weight = 0;
        foreach (var tenant in tenants)
        {
            var own = tenant.Providers.Sum(static script => script.Length);
            if (batch.Count > 0 && (batch.Count == MostEntities || weight + own > MostScriptCharacters))
            {
                yield return batch.ToImmutable();
                batch.Clear();
                weight = 0;
            }

            batch.Add(tenant);
            weight += own;
        }

        if (batch.Count > 0)
        {
            yield return batch.ToImmutable();
        }
    }

    // Storage or cluster may be away or not yet there. Whatever the reason: the files are the truth, and only success ends this.
    private async Task<T> Insist<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var pause = _firstPause;
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await call(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogRefused(failures < QuietFailures ? LogLevel.Debug : LogLevel.Warning, exception, failures, pause);
            }

            await Task.Delay(pause, clock, cancellationToken);
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
        }
    }

    [LoggerMessage(EventId = 4110, Message = "The catalog cannot be reached (attempt {Attempt}); trying again in {Pause}")]
    private partial void LogRefused(LogLevel level, Exception exception, int attempt, TimeSpan pause);
}
