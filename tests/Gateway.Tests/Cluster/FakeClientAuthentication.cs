using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>Proves one client by one secret, and counts how often it was asked.</summary>
internal sealed class FakeClientAuthentication : IClientAuthenticationGrain
{
    private FakeCluster? _cluster;

    /// <summary>The client.</summary>
    public Client? Client { get; set; }

    /// <summary>Its secret.</summary>
    public string Secret { get; set; } = "";

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>The keys it was asked by.</summary>
    public HashSet<string> Keys { get; } = [];

    public FakeClientAuthentication In(FakeCluster cluster, string key)
    {
        Keys.Add(key);
        _cluster = cluster;
        return this;
    }

    public Task<ClientVerdict> Authenticate(ClientProof proof, CancellationToken cancellationToken)
    {
        _cluster!.Guard();
        Asked++;
        return Task.FromResult<ClientVerdict>(Client is { } client && (proof.Secret == Secret || proof.Kind == ClientProofKind.Assertion)
            ? new ClientVerdict.Proven(client)
            : new ClientVerdict.Refused(OAuthError.InvalidClient("no")));
    }
}
