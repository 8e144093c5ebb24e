using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

public sealed class KeyRingGrainTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task a_tenant_with_the_shared_secret_has_no_signing_key_and_no_record()
    {
        var ring = Ring("cheese/hs256");

        var keys = await ring.Read(SigningAlgorithm.HS256, default);

        Assert.Empty(keys.SigningKeys);
        Assert.Equal(cluster.Settings.JwtSecret!.RevealBytes(), keys.SharedSecrets.Single().Key);
        Assert.Null(cluster.Storage.RecordOf(ring));
    }

    [Theory]
    [InlineData(SigningAlgorithm.RS256)]
    [InlineData(SigningAlgorithm.PS256)]
    [InlineData(SigningAlgorithm.ES256)]
    public async Task the_first_read_makes_one_active_key_that_stays(SigningAlgorithm algorithm)
    {
        var ring = Ring($"cheese/first-{algorithm}");

        var first = await ring.Read(algorithm, default);
        var second = await ring.Read(algorithm, default);

        var key = Assert.Single(first.SigningKeys);
        Assert.Equal(SigningKeyStage.Active, key.Stage);
        Assert.Equal(algorithm, key.Algorithm);
        Assert.Equal(JwkRules.Thumbprint(algorithm, key.Spki.AsSpan()), key.Kid);
        Assert.Equal(key.Kid, Assert.Single(second.SigningKeys).Kid);
        Assert.Empty(first.SharedSecrets);
    }
    private IKeyRingGrain Ring(string tenant) => cluster.Grains.GetGrain<IKeyRingGrain>(tenant);
}
