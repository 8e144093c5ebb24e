using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Keys;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>The ring of sealing keys.</summary>
internal sealed class FakeSealing : ISealingKeysGrain
{
    private FakeCluster? _cluster;

    public SealingKeys Ring { get; set; } = new([], DateTimeOffset.MaxValue);

    public int Reads { get; private set; }

    public static FakeSealing At(DateTimeOffset now) => new() { Ring = new([KeyOf("first", now, now + TimeSpan.FromDays(90))], now + TimeSpan.FromHours(1)) };

    public static SealingKey KeyOf(string name, DateTimeOffset activatesAt, DateTimeOffset expiresAt) => new()
    {
        Id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)),
        CreatedAt = activatesAt,
        ActivatesAt = activatesAt,
        ExpiresAt = expiresAt,
        Secret = [.. SHA512.HashData(Encoding.UTF8.GetBytes(name))],
    };

    public FakeSealing In(FakeCluster cluster)
    {
        _cluster = cluster;
        return this;
    }

    public Task<SealingKeys> Read(CancellationToken cancellationToken)
    {
        _cluster!.Guard();
        Reads++;
        return Task.FromResult(Ring);
    }
}
