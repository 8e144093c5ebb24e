using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>The key rings of all tenants: keys of their own, derived from their names.</summary>
internal sealed class FakeKeys : IKeyRingGrain
{
    private FakeCluster? _cluster;
    // A grain is found and called on one thread, without a pause between.
    [ThreadStatic]
    private static string? _tenant;


    public int Reads { get; private set; }

    public ConcurrentQueue<SigningAlgorithm> Asked { get; } = new();

    public ConcurrentQueue<(string Tenant, SigningAlgorithm Algorithm)> Rotated { get; } = new();

    /// <summary>While set, the key rings alone throw it.</summary>
    public Exception? Outage { get; set; }

    /// <summary>While set, readers wait for it.</summary>
    public Task? Gate { get; set; }

    /// <summary>How long keys are good before they are asked for again.</summary>
    public TimeSpan FreshFor { get; set; } = TimeSpan.FromMinutes(5);

    public ImmutableArray<PublicSigningKey> SigningKeys { get; set; } = [];

    public const string SharedSecret = "the-shared-secret-of-all-HS256-tenants";

    public static byte[] CookieKeyOf(string tenant) => SHA256.HashData(Encoding.UTF8.GetBytes($"cookie|{tenant}"));

    public FakeKeys In(FakeCluster cluster, string tenant)
    {
        _cluster = cluster;
        _tenant = tenant;
        return this;
    }

    public async Task<TenantKeys> Read(SigningAlgorithm algorithm, CancellationToken cancellationToken)
    {
        _cluster!.Guard();
        if (Outage is { } outage)
        {
            throw outage;
        }

        var tenant = _tenant!;
        Reads++;
        Asked.Enqueue(algorithm);
        if (Gate is { } gate)
        {
            await gate;
        }

        return new TenantKeys
        {
            Tenant = tenant,
            CookieKeys = [new SymmetricKey("c1", [.. CookieKeyOf(tenant)])],
            SharedSecrets = algorithm == SigningAlgorithm.HS256 ? [new SymmetricKey("s1", [.. Encoding.UTF8.GetBytes(SharedSecret)])] : [],
            SigningKeys = SigningKeys,
            NameKey = new SymmetricKey("n1", [.. SHA256.HashData(Encoding.UTF8.GetBytes($"name|{tenant}"))]),
            RefreshAt = _cluster.Clock.GetUtcNow() + FreshFor,
        };
    }

    public Task<SealedSigningKey> ReadSealed(SigningAlgorithm algorithm, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> Rotate(SigningAlgorithm algorithm, CancellationToken cancellationToken)
    {
        _cluster!.Guard();
        Rotated.Enqueue((_tenant!, algorithm));
        return Task.FromResult("the-next-kid");
    }
}
