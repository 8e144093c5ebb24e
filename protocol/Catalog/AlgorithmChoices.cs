using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// How many clients of each tenant chose an algorithm for their ID tokens. Kept while entries change, because nobody can look at all clients whenever
/// a key is asked for.
/// </summary>
public sealed class AlgorithmChoices
{
    private static readonly ImmutableArray<SigningAlgorithm> _all = [SigningAlgorithm.ES256, SigningAlgorithm.PS256, SigningAlgorithm.RS256];
    private readonly ImmutableDictionary<(string Tenant, SigningAlgorithm Algorithm), int> _clients;

    private AlgorithmChoices(ImmutableDictionary<(string Tenant, SigningAlgorithm Algorithm), int> clients) => _clients = clients;

    /// <summary>Nobody chose.</summary>
    public static AlgorithmChoices None { get; } = new(ImmutableDictionary<(string, SigningAlgorithm), int>.Empty);

    /// <summary>What clients of a tenant chose, always in the same order; empty for nothing.</summary>
    /// <param name="tenant">Exact name of the tenant.</param>
    public ImmutableArray<SigningAlgorithm> Of(string tenant) => _clients.IsEmpty ? [] : [.. _all.Where(algorithm => _clients.ContainsKey((tenant, algorithm)))];

    /// <summary>The choices after a client came, changed or went.</summary>
    /// <param name="before">The client as it was, or null.</param>
    /// <param name="after">The client as it is, or null.</param>
    public AlgorithmChoices With(Client? before, Client? after)
    {
        var (old, young) = (KeyOf(before), KeyOf(after));
        return old == young ? this : new(Count(Count(_clients, old, -1), young, +1));
    }

    private static (string Tenant, SigningAlgorithm Algorithm)? KeyOf(Client? client) =>
        client is { IdTokenAlgorithm: { } algorithm } ? (client.TenantName, algorithm) : null;

    private static ImmutableDictionary<(string Tenant, SigningAlgorithm Algorithm), int> Count(
        ImmutableDictionary<(string Tenant, SigningAlgorithm Algorithm), int> clients, (string Tenant, SigningAlgorithm Algorithm)? key, int step) =>
        key is not { } counted ? clients
        : clients.GetValueOrDefault(counted) + step is > 0 and var left ? clients.SetItem(counted, left)
        : clients.Remove(counted);
}
