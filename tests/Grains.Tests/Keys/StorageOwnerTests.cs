using System.Text.Json;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

/// <summary>Whose a storage is, by what was sealed into it.</summary>
public sealed class StorageOwnerTests
{
    private static readonly Secret _ours = new("a secret of this installation, long enough");
    private static readonly Secret _theirs = new("a secret of another installation, long enough");

    [Fact]
    public void a_storage_is_that_of_whoever_knows_the_secret_now_or_knew_it_before()
    {
        var record = Record(_ours);

        Assert.False(StorageOwner.IsAnother(new ServerSettings { KeyEncryptionSecret = _ours }, record));
        Assert.False(StorageOwner.IsAnother(new ServerSettings { KeyEncryptionSecret = _theirs, KeyEncryptionSecretPrevious = _ours }, record));
        Assert.True(StorageOwner.IsAnother(new ServerSettings { KeyEncryptionSecret = _theirs }, record));
        Assert.True(StorageOwner.IsAnother(new ServerSettings { KeyEncryptionSecret = _theirs, KeyEncryptionSecretPrevious = new Secret("a third secret that fits nothing at all") }, record));
    }

    [Fact]
    public void a_storage_nobody_has_used_and_a_process_without_a_secret_of_its_own_are_no_strangers()
    {
        Assert.False(StorageOwner.IsAnother(new ServerSettings { KeyEncryptionSecret = _ours }, []));
        Assert.False(StorageOwner.IsAnother(new ServerSettings { KeyEncryptionSecret = _ours }, "{}"u8));
        Assert.False(StorageOwner.IsAnother(new ServerSettings(), Record(_theirs)));
    }

    private static byte[] Record(Secret secret)
    {
        var key = Guid.Parse("0b9a0c7e-5a0c-4f6e-8f7c-2d8f0d6a4c11");
        var secrets = new KeySecrets([], [[.. secret.RevealBytes()]]);
        var stored = new StoredSealingKey
        {
            Id = key,
            CreatedAt = DateTimeOffset.UnixEpoch,
            ActivatesAt = DateTimeOffset.UnixEpoch,
            ExpiresAt = DateTimeOffset.UnixEpoch.AddDays(90),
            SealedSecret = KeySeal.Seal(secrets, SealingKeysGrain.LabelOf(key), new byte[64]),
        };
        return JsonSerializer.SerializeToUtf8Bytes(new SealingKeysState { Keys = [stored] }, StoredJson.Options);
    }
}
