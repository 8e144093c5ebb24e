using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

public sealed class ClusterSecretsTests
{
    [Fact]
    public async Task all_silos_agree_on_secrets_nobody_set_and_keep_them_over_a_restart()
    {
        var storage = new TestStorage();

        var first = await Started(new ServerSettings(), storage, cluster => Task.WhenAll(Secrets(cluster, 0), Secrets(cluster, 1)), silos: 2);
        var restarted = await Started(new ServerSettings(), storage, cluster => Secrets(cluster, 0));

        Assert.Equal(Text(first[0]), Text(first[1]));
        Assert.Equal(Text(first[0]), Text(restarted));
        Assert.All((string[])[Text(first[0]).Jwt, Text(first[0]).Encryption], secret => Assert.Equal(64, secret.Length));
        Assert.NotEqual(Text(first[0]).Jwt, Text(first[0]).Encryption);
    }

    [Fact]
    public async Task two_activations_that_both_make_secrets_end_with_the_same()
    {
        var bothWrite = new Rendezvous(2);
        var storage = new TestStorage { Before = (call, _) => call == StorageCall.Write ? bothWrite.Arrive() : Task.CompletedTask };

        var made = await Task.WhenAll(
            Started(new ServerSettings(), storage, cluster => Secrets(cluster, 0)),
            Started(new ServerSettings(), storage, cluster => Secrets(cluster, 0)));

        Assert.Equal(2, bothWrite.Arrived);
        Assert.Equal(Text(made[0]), Text(made[1]));
    }

    [Fact]
    public async Task secrets_the_operator_set_are_used_and_nothing_is_made()
    {
        var storage = new TestStorage();
        var settings = new ServerSettings
        {
            JwtSecret = new Secret("jwt"),
            JwtSecretPrevious = new Secret("old-jwt"),
            KeyEncryptionSecret = new Secret("encryption"),
            KeyEncryptionSecretPrevious = new Secret("old-encryption"),
        };

        var secrets = await Started(settings, storage, cluster => Secrets(cluster, 0));

        Assert.Equal(["jwt", "old-jwt"], secrets.Jwt.Select(static secret => Encoding.UTF8.GetString([.. secret])));
        Assert.Equal(["encryption", "old-encryption"], secrets.KeyEncryption.Select(static secret => Encoding.UTF8.GetString([.. secret])));
        Assert.Empty(storage.Records);
    }

    [Fact]
    public async Task only_the_missing_secret_is_made()
    {
        var secrets = await Started(new ServerSettings { JwtSecret = new Secret("jwt") }, new TestStorage(), cluster => Secrets(cluster, 0));

        Assert.Equal("jwt", Text(secrets).Jwt);
        Assert.Equal(64, Text(secrets).Encryption.Length);
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task in_production_nobody_can_ask_for_made_secrets()
    {
        var settings = new ServerSettings { IsProduction = true, JwtSecret = new Secret("jwt"), KeyEncryptionSecret = new Secret("encryption") };

        await Started(settings, new TestStorage(), async cluster => await Assert.ThrowsAsync<InvalidOperationException>(
            () => cluster.Grains.GetGrain<IClusterSecretsGrain>(IClusterSecretsGrain.Only).Read(default)));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task without_storage_there_are_no_secrets()
    {
        var storage = new TestStorage { Before = (call, _) => call == StorageCall.Write ? throw new IOException("The storage is away.") : Task.CompletedTask };

        await Started(new ServerSettings(), storage, async cluster =>
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Secrets(cluster, 0));
            storage.Before = null;
            return Assert.Single((await Secrets(cluster, 0)).Jwt);
        });
    }

    private static Task<KeySecrets> Secrets(ClusterFixture cluster, int silo) => cluster.Of<ClusterSecrets>(silo).Read(default).AsTask();

    private static (string Jwt, string Encryption) Text(KeySecrets secrets) =>
        (Encoding.UTF8.GetString([.. secrets.Jwt[0]]), Encoding.UTF8.GetString([.. secrets.KeyEncryption[0]]));

    private static async Task<T> Started<T>(ServerSettings settings, TestStorage storage, Func<ClusterFixture, Task<T>> use, short silos = 1)
    {
        await using var cluster = new ClusterFixture { Settings = settings, Storage = storage, Silos = silos };
        await cluster.InitializeAsync();
        return await use(cluster);
    }
}
