using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Catalog;

namespace Uitsmijter.Actors.Grains.Login;

/// <inheritdoc cref="IProviderGrain"/>
// A worker serves one question at a time, and questions mostly wait for somebody's user database: the pool must be the bound that is
// reached first (64 runs a tenant, then Busy at once), not a queue of Orleans nobody answers.
[StatelessWorker(MaxWorkers)]
[GrainType("provider")]
internal sealed class ProviderGrain(CatalogEntries catalog, ProviderScripts scripts) : Grain, IProviderGrain
{
    /// <summary>As many for a tenant that none waits for another; beyond them the pool refuses first.</summary>
    public const int MaxWorkers = 80;

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken) => catalog.UntilLoaded(cancellationToken);

    /// <inheritdoc />
    public Task<ValidationOutcome> Validate(string username, CancellationToken cancellationToken) =>
        scripts.Validate(this.GetPrimaryKeyString(), username, cancellationToken);
}
