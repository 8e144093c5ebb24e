using Orleans.Concurrency;
using Uitsmijter.Actors.GrainInterfaces.Authorization;

namespace Uitsmijter.Actors.Grains.Authorization;

/// <inheritdoc cref="IClientAuthenticationGrain"/>
[StatelessWorker]
[GrainType("client-authentication")]
internal sealed class ClientAuthenticationGrain(ClientAuthenticator authenticator) : Grain, IClientAuthenticationGrain
{
    /// <inheritdoc />
    public Task<ClientVerdict> Authenticate(ClientProof proof, CancellationToken cancellationToken) =>
        authenticator.Authenticate(proof, cancellationToken).AsTask();
}
