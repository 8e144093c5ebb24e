using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// Proves clients: a silo does it, and its yes to a secret is remembered for a moment, because a resource server proves itself anew with every token it asks about. Only a
/// yes is kept, only as a keyed digest whose key is this process's, and it ends with any change of the catalog, after <see cref="Life"/>, and when this gateway is cut off.
/// Assertions are good once and never remembered (decision 0075).
/// </summary>
internal sealed class ProvenClients(IGrainFactory grains, CatalogMirror catalog, ServerSettings settings, TimeProvider clock)
{
    /// <summary>How long a yes is remembered: so much longer than its silo lags behind a secret that was taken away can go on.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    /// <summary>More clients than this at work within a moment are asked about anew.</summary>
    private const int Most = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<string, Proven> _proven = new(StringComparer.Ordinal);

    /// <summary>Proves a client.</summary>
    /// <param name="proof">What it sent.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ValueTask<ClientVerdict> Authenticate(ClientProof proof, CancellationToken cancellationToken) =>
        proof is { Kind: ClientProofKind.Basic or ClientProofKind.Post, Secret: { Length: > 0 } secret }
            ? BySecret(proof, HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(secret)), cancellationToken)
            : new ValueTask<ClientVerdict>(Ask(proof, cancellationToken));

    private ValueTask<ClientVerdict> BySecret(ClientProof proof, byte[] digest, CancellationToken cancellationToken)
    {
        // Read before a silo is asked: a change that arrives meanwhile ends what it said.
        var version = Version(catalog.Current);
        return _proven.TryGetValue(proof.ClientId, out var known)
            && known.Kind == proof.Kind
            && known.Version == version
            && clock.GetElapsedTime(known.At) < Life
            && catalog.Age <= settings.StaleLimit
            && CryptographicOperations.FixedTimeEquals(known.Digest, digest)
                ? new ValueTask<ClientVerdict>(known.Verdict)
                : AskAndRemember(proof, digest, version, cancellationToken);
    }

    private async ValueTask<ClientVerdict> AskAndRemember(ClientProof proof, byte[] digest, (long Epoch, long Version) version, CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        var verdict = await Ask(proof, cancellationToken);
        if (verdict is ClientVerdict.Proven { Client.IsConfidential: true } proven)
        {
            if (_proven.Count >= Most)
            {
                _proven.Clear();
            }

            _proven[proof.ClientId] = new Proven(proof.Kind, digest, version, asked, proven);
        }

        return verdict;
    }

    // Both: a catalog whose storage began anew counts from the beginning and may come by the same number.
    private static (long Epoch, long Version) Version(CatalogSnapshot snapshot) => (snapshot.Epoch, snapshot.Version);

    private Task<ClientVerdict> Ask(ClientProof proof, CancellationToken cancellationToken) =>
        grains.GetGrain<IClientAuthenticationGrain>(WorkerOf(proof.ClientId)).Authenticate(proof, cancellationToken);

    /// <summary>Whoever is not in the catalog shares one worker: names that strangers make up must not each become a grain in a silo's memory (attack group 46).</summary>
    private string WorkerOf(string clientId) =>
        ClientIdRules.TryRead(clientId, out var ident) && catalog.Current.ClientByIdent(ident) is not null ? ident.ToString("D") : IClientAuthenticationGrain.Strangers;

    private sealed record Proven(ClientProofKind Kind, byte[] Digest, (long Epoch, long Version) Version, long At, ClientVerdict.Proven Verdict);
}
