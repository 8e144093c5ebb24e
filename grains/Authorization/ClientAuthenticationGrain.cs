using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Grains.Catalog;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <inheritdoc cref="IClientAuthenticationGrain"/>
[StatelessWorker]
[GrainType("client-authentication")]
internal sealed class ClientAuthenticationGrain(CatalogEntries catalog, ClientAuthenticator authenticator) : Grain, IClientAuthenticationGrain
{
    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken) => catalog.UntilLoaded(cancellationToken);

    /// <inheritdoc />
    public Task<ClientVerdict> Authenticate(ClientProof proof, CancellationToken cancellationToken) =>
        authenticator.Authenticate(proof, cancellationToken).AsTask();
}
