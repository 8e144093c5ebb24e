using System.Security.Cryptography;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Settings;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

/// <summary>One ring for the whole cluster, so every test has a cluster of its own.</summary>
public sealed class SealingKeysGrainTests : IAsyncLifetime
{
    private readonly ClusterFixture _cluster = new() { Silos = 1 };

    public ValueTask InitializeAsync() => _cluster.InitializeAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task the_first_key_seals_at_once_and_stays()
    {
        var first = await Read(_cluster);
        var again = await Read(_cluster);

        var key = Assert.Single(first.Keys);
        Assert.Equal(_cluster.Clock.GetUtcNow(), key.ActivatesAt);
        Assert.Equal(key.ActivatesAt.AddDays(90), key.ExpiresAt);
        Assert.Equal(64, key.Secret.Length);
        Assert.NotEqual(new byte[64], key.Secret);
        Assert.Equal((key.Id, Convert.ToHexString([.. key.Secret])), (again.Keys[0].Id, Convert.ToHexString([.. again.Keys[0].Secret])));
    }

    [Fact]
    public async Task for_two_years_one_key_seals_and_its_successor_is_known_two_days_before()
    {
        var known = new Dictionary<Guid, DateTimeOffset>();

        for (var day = 0; day < 730; day++)
        {
            var now = _cluster.Clock.GetUtcNow();
            var ring = await Read(_cluster);
            foreach (var key in ring.Keys)
            {
                known.TryAdd(key.Id, now);
            }

            var sealing = Assert.Single(ring.Keys, key => key.ActivatesAt <= now && now < key.ExpiresAt);
            Assert.True(known.Count == 1 || known[sealing.Id] == known.Values.Min() || sealing.ActivatesAt - known[sealing.Id] >= TimeSpan.FromDays(2));
            Assert.InRange(ring.Keys.Length, 1, 3);
            _cluster.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(9, known.Count);
    }

    [Fact]
    public async Task two_activations_end_with_one_key()
    {
        await using var other = new ClusterFixture { Storage = _cluster.Storage, Clock = _cluster.Clock, Silos = 1 };
        await other.InitializeAsync();
        var bothWrite = new Rendezvous(2);
        _cluster.Storage.Before = (call, _) => call == StorageCall.Write ? bothWrite.Arrive() : Task.CompletedTask;

        var reads = await Task.WhenAll(Read(_cluster), Read(other));

        Assert.Equal(2, bothWrite.Arrived);
        Assert.Equal(Assert.Single(reads[0].Keys).Id, Assert.Single(reads[1].Keys).Id);
        Assert.Equal(reads[0].Keys[0].Secret, reads[1].Keys[0].Secret);
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task no_master_key_is_stored_in_clear()
    {
        var key = Assert.Single((await Read(_cluster)).Keys);

        var record = Assert.Single(_cluster.Storage.Records).Value;

        Assert.Contains(key.Id.ToString("D"), record, StringComparison.Ordinal);
        Assert.All(StoredSecrets.FormsOf([.. key.Secret]), form => Assert.DoesNotContain(form, record, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(StorageCall.Read)]
    [InlineData(StorageCall.Write)]
    [Trait("Attack", "47")]
    public async Task storage_that_fails_hands_out_no_key(StorageCall failing)
    {
        _cluster.Storage.Before = (call, _) => call == failing ? throw new IOException("The storage is away.") : Task.CompletedTask;

        await Assert.ThrowsAnyAsync<Exception>(() => Read(_cluster));
        Assert.Empty(_cluster.Storage.Records);
        _cluster.Storage.Before = null;

        Assert.Single((await Read(_cluster)).Keys);
    }

    [Fact]
    public async Task a_changed_encryption_secret_seals_the_ring_anew()
    {
        var before = await Read(_cluster);
        var newSecret = new Secret("the-new-key-encryption-secret-0123456789");

        await using (var changing = await Another(new ServerSettings { JwtSecret = newSecret, KeyEncryptionSecret = newSecret, KeyEncryptionSecretPrevious = _cluster.Settings.KeyEncryptionSecret }))
        {
            await Read(changing);
        }

        await using var changed = await Another(new ServerSettings { JwtSecret = newSecret, KeyEncryptionSecret = newSecret });
        var after = await Read(changed);
        await using var old = await Another(_cluster.Settings);

        Assert.Equal(before.Keys[0].Secret, after.Keys[0].Secret);
        await Assert.ThrowsAnyAsync<CryptographicException>(() => Read(old));
    }

    private async Task<ClusterFixture> Another(ServerSettings settings)
    {
        var other = new ClusterFixture { Storage = _cluster.Storage, Clock = _cluster.Clock, Silos = 1, Settings = settings };
        await other.InitializeAsync();
        return other;
    }

    private static Task<SealingKeys> Read(ClusterFixture cluster) =>
        cluster.Grains.GetGrain<ISealingKeysGrain>(ISealingKeysGrain.Only).Read(default);
}
