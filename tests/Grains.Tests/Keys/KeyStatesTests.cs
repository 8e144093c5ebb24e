using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

public sealed class KeyStatesTests
{
    private static readonly KeyRingState _ring = new()
    {
        Keys =
        [
            new RingKey
            {
                Kid = "kid-1",
                Algorithm = SigningAlgorithm.RS256,
                AnnouncedAt = The.Instant,
                ActivatesAt = The.Instant,
                RetiresAt = The.Instant.AddDays(90),
                Spki = [1, 2, 3],
                SealedPkcs8 = [4, 5, 6],
            },
            new RingKey
            {
                Kid = "kid-2",
                Algorithm = SigningAlgorithm.ES256,
                AnnouncedAt = The.Instant.AddDays(89),
                ActivatesAt = The.Instant.AddDays(90),
                Spki = [7, 8, 9],
                SealedPkcs8 = [10, 11, 12],
            },
        ],
    };

    private static readonly SealingKeysState _sealing = new()
    {
        Keys =
        [
            new StoredSealingKey
            {
                Id = new Guid("11111111-2222-3333-4444-555555555555"),
                CreatedAt = The.Instant,
                ActivatesAt = The.Instant.AddDays(2),
                ExpiresAt = The.Instant.AddDays(92),
                SealedSecret = [1, 2, 3],
            },
        ],
    };

    [Fact]
    public void a_key_ring_is_stored_as_agreed()
    {
        Golden.IsWritten("key-ring.v1.json", _ring);

        Assert.Equivalent(_ring, Golden.Read<KeyRingState>("key-ring.v1.json"), strict: true);
    }

    [Fact]
    public void sealing_keys_are_stored_as_agreed()
    {
        Golden.IsWritten("sealing-keys.v1.json", _sealing);

        Assert.Equivalent(_sealing, Golden.Read<SealingKeysState>("sealing-keys.v1.json"), strict: true);
    }

    [Fact]
    public void made_secrets_are_stored_as_agreed()
    {
        var secrets = new ClusterSecretsState { JwtSecret = "jwt", KeyEncryptionSecret = "encryption" };

        Golden.IsWritten("cluster-secrets.v1.json", secrets);

        Assert.Equal(secrets, Golden.Read<ClusterSecretsState>("cluster-secrets.v1.json"));
    }

    [Fact]
    public void records_of_nothing_read_as_nothing()
    {
        Assert.Empty(Golden.Read<KeyRingState>("empty.json").Keys);
        Assert.Empty(Golden.Read<SealingKeysState>("empty.json").Keys);
        Assert.Equal("", Golden.Read<ClusterSecretsState>("empty.json").JwtSecret);
    }

    [Fact]
    [Trait("Attack", "45")]
    public void states_and_messages_do_not_print_what_they_hold()
    {
        Assert.DoesNotContain("jwt", $"{new ClusterSecretsState { JwtSecret = "jwt" }}", StringComparison.Ordinal);
        Assert.Equal("RingKey { Kid = kid-1, Algorithm = RS256 }", $"{_ring.Keys[0]}");
        Assert.Equal("StoredSealingKey { Id = 11111111-2222-3333-4444-555555555555 }", $"{_sealing.Keys[0]}");
    }
}
