using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;
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
    [Trait("Contract", "http 54")]
    public async Task the_first_read_makes_one_active_key_that_stays(SigningAlgorithm algorithm)
    {
        var ring = Ring($"cheese/first-{algorithm}");

        var reads = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ring.Read(algorithm, default)));

        var key = Assert.Single(reads[0].SigningKeys);
        Assert.Equal(SigningKeyStage.Active, key.Stage);
        Assert.Equal(algorithm, key.Algorithm);
        Assert.Equal(JwkRules.Thumbprint(algorithm, key.Spki.AsSpan()), key.Kid);
        Assert.All(reads, read => Assert.Equal(key.Kid, Assert.Single(read.SigningKeys).Kid));
        Assert.Empty(reads[0].SharedSecrets);
    }

    [Fact]
    [Trait("Attack", "20")]
    public async Task no_two_tenants_share_anything()
    {
        string[] tenants = ["cheese/a", "cheese/b", "bike/a"];

        var keys = await Task.WhenAll(tenants.Select(tenant => Ring(tenant).Read(SigningAlgorithm.ES256, default)));

        Assert.Equal(3, keys.Select(each => each.SigningKeys.Single().Kid).Distinct().Count());
        Assert.Equal(3, keys.Select(each => each.CookieKeys.Single().Kid).Distinct().Count());
        Assert.Equal(3, keys.Select(each => each.NameKey.Kid).Distinct().Count());
    }

    [Fact]
    [Trait("Invariant", "6")]
    public async Task every_token_verifies_to_its_expiry_through_two_rotations()
    {
        const string tenant = "cheese/rotating";
        var life = cluster.Settings.CookieLife;
        var tokens = new List<(string Token, DateTimeOffset Until)>();
        var end = cluster.Clock.GetUtcNow().AddDays(60);
        var kids = new HashSet<string>();

        for (var step = 0; cluster.Clock.GetUtcNow() < end; step++)
        {
            if (step is 20 or 60)
            {
                await Ring(tenant).Rotate(SigningAlgorithm.ES256, default);
            }

            tokens.Add((await Sign(tenant, SigningAlgorithm.ES256), cluster.Clock.GetUtcNow() + life));
            var published = (await Ring(tenant).Read(SigningAlgorithm.ES256, default)).SigningKeys;
            kids.UnionWith(published.Select(static key => key.Kid));
            Assert.Single(published, static key => key.Stage == SigningKeyStage.Active);
            Assert.All(
                tokens.Where(token => token.Until > cluster.Clock.GetUtcNow()),
                token => Assert.True(Tokens.Verify(token.Token, published)));
            cluster.Clock.Advance(TimeSpan.FromHours(step is 20 or 60 ? 1 : 9));
        }

        Assert.Equal(3, kids.Count);
        Assert.Equal(3, tokens.Select(static token => Tokens.Kid(token.Token)).Distinct().Count());
        Assert.Single((await Ring(tenant).Read(SigningAlgorithm.ES256, default)).SigningKeys);
    }

    [Fact]
    public async Task a_successor_is_published_two_hours_before_it_signs()
    {
        const string tenant = "cheese/announced";
        var first = Tokens.Kid(await Sign(tenant, SigningAlgorithm.ES256));

        var next = await Ring(tenant).Rotate(SigningAlgorithm.ES256, default);
        var repeated = await Ring(tenant).Rotate(SigningAlgorithm.ES256, default);
        var announced = await Ring(tenant).Read(SigningAlgorithm.ES256, default);
        cluster.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        var before = Tokens.Kid(await Sign(tenant, SigningAlgorithm.ES256));
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = Tokens.Kid(await Sign(tenant, SigningAlgorithm.ES256));

        Assert.Equal(next, repeated);
        Assert.Equal(
            [(first, SigningKeyStage.Active), (next, SigningKeyStage.Announced)],
            announced.SigningKeys.Select(static key => (key.Kid, key.Stage)));
        Assert.Equal(first, before);
        Assert.Equal(next, after);
    }

    [Fact]
    public async Task the_reminder_tends_a_ring_nobody_asks_for()
    {
        var ring = Ring("cheese/idle");
        await ring.Read(SigningAlgorithm.ES256, default);
        var reminders = await cluster.Of<IReminderTable>(0).ReadRows(ring.GetGrainId());
        cluster.Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromHours(1));

        await ring.AsReference<IRemindable>().ReceiveReminder(Assert.Single(reminders.Reminders).ReminderName, default);

        Assert.Equal(2, Stored(ring).Keys.Length);
    }

    [Fact]
    public async Task a_tenant_that_goes_back_to_the_shared_secret_keeps_publishing_what_it_signed()
    {
        const string tenant = "cheese/back";
        var token = await Sign(tenant, SigningAlgorithm.RS256);

        var keys = await Ring(tenant).Read(SigningAlgorithm.HS256, default);

        Assert.NotEmpty(keys.SharedSecrets);
        Assert.True(Tokens.Verify(token, keys.SigningKeys));
    }

    [Fact]
    [Trait("Attack", "45")]
    public async Task no_private_key_and_no_secret_is_stored_in_clear()
    {
        var ring = Ring("cheese/scanned");
        var sealedKey = await ring.ReadSealed(SigningAlgorithm.RS256, default);
        var secrets = await cluster.Of<ClusterSecrets>(0).Read(default);
        var label = new SealLabel(SealLabel.SigningKey, "cheese/scanned", sealedKey.Kid);
        var pkcs8 = Assert.IsType<OpenedSeal.Opened>(SealRules.Open(secrets, label, sealedKey.SealedPkcs8.AsSpan())).Plain;

        var record = cluster.Storage.RecordOf(ring)!;

        Assert.NotEmpty(pkcs8);
        foreach (var clear in (byte[][])[pkcs8, PrivateExponent(pkcs8), cluster.Settings.KeyEncryptionSecret!.RevealBytes(), cluster.Settings.JwtSecret!.RevealBytes()])
        {
            Assert.All(StoredSecrets.FormsOf(clear), form => Assert.DoesNotContain(form, record, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task storage_that_cannot_be_read_hands_out_no_key()
    {
        var ring = Ring("cheese/unreadable");
        cluster.Storage.Before = Failing(StorageCall.Read, ring);

        await Assert.ThrowsAnyAsync<Exception>(() => ring.Read(SigningAlgorithm.ES256, default));
        cluster.Storage.Before = null;

        Assert.Single((await ring.Read(SigningAlgorithm.ES256, default)).SigningKeys);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_key_that_could_not_be_stored_is_never_used()
    {
        var ring = Ring("cheese/unwritable");
        cluster.Storage.Before = Failing(StorageCall.Write, ring);

        await Assert.ThrowsAnyAsync<Exception>(() => ring.Read(SigningAlgorithm.ES256, default));
        await Assert.ThrowsAnyAsync<Exception>(() => ring.ReadSealed(SigningAlgorithm.ES256, default));
        Assert.Null(cluster.Storage.RecordOf(ring));
        cluster.Storage.Before = null;

        var kid = Assert.Single((await ring.Read(SigningAlgorithm.ES256, default)).SigningKeys).Kid;
        Assert.Equal(kid, Stored(ring).Keys.Single().Kid);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_write_whose_answer_was_lost_is_found_again()
    {
        var ring = Ring("cheese/lost-answer");
        cluster.Storage.After = Failing(StorageCall.Write, ring);

        await Assert.ThrowsAnyAsync<Exception>(() => ring.Read(SigningAlgorithm.ES256, default));
        cluster.Storage.After = null;

        Assert.Equal(Stored(ring).Keys.Single().Kid, Assert.Single((await ring.Read(SigningAlgorithm.ES256, default)).SigningKeys).Kid);
    }

    [Fact]
    public async Task a_key_slipped_into_storage_is_refused()
    {
        var ring = Ring("cheese/tampered");
        await ring.Read(SigningAlgorithm.ES256, default);
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = foreign.ExportSubjectPublicKeyInfo();
        var stored = Stored(ring);

        cluster.Storage.Overwrite(ring, Json(stored with { Keys = [stored.Keys[0] with { Spki = spki }] }));
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => ring.Read(SigningAlgorithm.ES256, default));

        cluster.Storage.Overwrite(ring, Json(stored with { Keys = [stored.Keys[0] with { Kid = JwkRules.Thumbprint(SigningAlgorithm.ES256, spki), Spki = spki }] }));
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAnyAsync<CryptographicException>(() => ring.Read(SigningAlgorithm.ES256, default));
    }

    [Fact]
    public async Task a_record_the_operator_removes_is_replaced_within_a_minute()
    {
        var ring = Ring("cheese/leaked");
        var leaked = (await ring.Read(SigningAlgorithm.ES256, default)).SigningKeys.Single().Kid;

        cluster.Storage.Lose(static record => record.Contains("cheese/leaked", StringComparison.Ordinal));
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        var keys = await ring.Read(SigningAlgorithm.ES256, default);

        Assert.Equal(SigningKeyStage.Active, Assert.Single(keys.SigningKeys).Stage);
        Assert.NotEqual(leaked, keys.SigningKeys[0].Kid);
    }

    [Fact]
    public async Task what_another_activation_wrote_is_seen_within_a_minute()
    {
        await using var other = new ClusterFixture { Storage = cluster.Storage, Clock = cluster.Clock, Silos = 1 };
        await other.InitializeAsync();
        await Ring("cheese/zombie").Read(SigningAlgorithm.ES256, default);
        var announced = await other.Grains.GetGrain<IKeyRingGrain>("cheese/zombie").Rotate(SigningAlgorithm.ES256, default);

        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        var keys = await Ring("cheese/zombie").Read(SigningAlgorithm.ES256, default);

        Assert.Contains(keys.SigningKeys, key => key.Kid == announced);
    }

    [Theory]
    [InlineData(SigningAlgorithm.ES256)]
    [InlineData(SigningAlgorithm.RS256)]
    public async Task two_activations_that_both_make_the_first_key_end_with_one(SigningAlgorithm algorithm)
    {
        await using var other = new ClusterFixture { Storage = cluster.Storage, Clock = cluster.Clock, Silos = 1 };
        await other.InitializeAsync();
        var tenant = $"cheese/two-{algorithm}";
        var bothWrite = new Rendezvous(2);
        cluster.Storage.Before = (call, grain) =>
            call == StorageCall.Write && grain.ToString().Contains(tenant, StringComparison.Ordinal) ? bothWrite.Arrive() : Task.CompletedTask;

        var reads = await Task.WhenAll(
            Ring(tenant).Read(algorithm, default),
            other.Grains.GetGrain<IKeyRingGrain>(tenant).Read(algorithm, default));
        cluster.Storage.Before = null;

        Assert.Equal(2, bothWrite.Arrived);
        Assert.Equal(Assert.Single(reads[0].SigningKeys).Kid, Assert.Single(reads[1].SigningKeys).Kid);
        Assert.Equal(reads[0].SigningKeys[0].Kid, Stored(Ring(tenant)).Keys.Single().Kid);
    }

    [Fact]
    public async Task a_changed_encryption_secret_keeps_the_keys_when_the_previous_one_is_named()
    {
        const string tenant = "cheese/resealed";
        var token = await Sign(tenant, SigningAlgorithm.RS256);
        var newSecret = new Secret("the-new-key-encryption-secret-0123456789");

        await using var changing = await Another(cluster.Settings with { KeyEncryptionSecret = newSecret, KeyEncryptionSecretPrevious = cluster.Settings.KeyEncryptionSecret });
        var kept = await changing.Grains.GetGrain<IKeyRingGrain>(tenant).Read(SigningAlgorithm.RS256, default);
        await using var changed = await Another(cluster.Settings with { KeyEncryptionSecret = newSecret });
        var signed = await changed.Grains.GetGrain<ISigningGrain>(tenant).Sign(Tokens.Request(SigningAlgorithm.RS256), default);

        Assert.True(Tokens.Verify(token, kept.SigningKeys));
        Assert.True(Tokens.Verify(signed, kept.SigningKeys));
        Assert.Equal(Tokens.Kid(token), Tokens.Kid(signed));
        Assert.Equal(2, kept.CookieKeys.Length);
    }

    [Fact]
    public async Task a_silo_with_another_secret_neither_hands_out_nor_replaces_keys()
    {
        const string tenant = "cheese/foreign-secret";
        await Ring(tenant).Read(SigningAlgorithm.ES256, default);
        var record = cluster.Storage.RecordOf(Ring(tenant));

        await using var wrong = await Another(cluster.Settings with { KeyEncryptionSecret = new Secret("some-other-secret") });
        var refusal = await Assert.ThrowsAnyAsync<CryptographicException>(
            () => wrong.Grains.GetGrain<IKeyRingGrain>(tenant).Read(SigningAlgorithm.ES256, default));

        Assert.Contains("KEY_ENCRYPTION_SECRET_PREVIOUS", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(record, cluster.Storage.RecordOf(Ring(tenant)));
    }

    [Fact]
    public async Task previous_secrets_still_verify()
    {
        await using var changed = await Another(cluster.Settings with { JwtSecret = new Secret("new-jwt-secret"), JwtSecretPrevious = cluster.Settings.JwtSecret });
        var before = await Ring("cheese/shared").Read(SigningAlgorithm.HS256, default);

        var after = await changed.Grains.GetGrain<IKeyRingGrain>("cheese/shared").Read(SigningAlgorithm.HS256, default);

        Assert.Equal(["new-jwt-secret", cluster.Settings.JwtSecret!.Reveal()], after.SharedSecrets.Select(key => Encoding.UTF8.GetString([.. key.Key])));
        Assert.NotEqual(before.CookieKeys[0].Kid, after.CookieKeys[0].Kid);
        Assert.Contains(after.CookieKeys, key => key.Kid == before.CookieKeys[0].Kid);
    }

    private IKeyRingGrain Ring(string tenant) => cluster.Grains.GetGrain<IKeyRingGrain>(tenant);

    private Task<string> Sign(string tenant, SigningAlgorithm algorithm) =>
        cluster.Grains.GetGrain<ISigningGrain>(tenant).Sign(Tokens.Request(algorithm), default);

    private async Task<ClusterFixture> Another(ServerSettings settings)
    {
        var other = new ClusterFixture { Storage = cluster.Storage, Clock = cluster.Clock, Silos = 1, Settings = settings };
        await other.InitializeAsync();
        return other;
    }

    private KeyRingState Stored(IKeyRingGrain ring) => JsonSerializer.Deserialize<KeyRingState>(cluster.Storage.RecordOf(ring)!, StoredJson.Options)!;

    private static string Json(KeyRingState state) => JsonSerializer.Serialize(state, StoredJson.Options);

    private static Func<StorageCall, GrainId, Task> Failing(StorageCall failing, IAddressable grain)
    {
        var id = grain.GetGrainId();
        return (call, asked) => call == failing && asked == id ? throw new IOException("The storage is away.") : Task.CompletedTask;
    }

    private static byte[] PrivateExponent(byte[] pkcs8)
    {
        using var key = RSA.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key.ExportParameters(includePrivateParameters: true).D!;
    }
}
