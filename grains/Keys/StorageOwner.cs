using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>
/// Tells whose a storage is, before anything is done with it: every installation keeps sealing keys there, and they open under its <c>KEY_ENCRYPTION_SECRET</c> alone. Two installations that
/// were given the same names by mistake are told apart by that.
/// </summary>
public static class StorageOwner
{
    private const string Name = "sealing-keys";

    /// <summary>Where Redis has the record (docs/keys.md).</summary>
    /// <param name="serviceId"><c>ORLEANS_SERVICE_ID</c>.</param>
    public static string RedisKey(string serviceId) => $"{serviceId}/state/{Name}/{ISealingKeysGrain.Only}/{Name}";

    /// <summary>Whether what is stored was sealed under a secret this process has not. Without one of its own it takes that of the storage, and no record belongs to nobody yet.</summary>
    /// <param name="settings">The environment.</param>
    /// <param name="record">The stored record as JSON.</param>
    /// <exception cref="JsonException">The record is none of ours.</exception>
    public static bool IsAnother(ServerSettings settings, ReadOnlySpan<byte> record)
    {
        if (settings.KeyEncryptionSecret is not { } current || record.IsEmpty)
        {
            return false;
        }

        ImmutableArray<ImmutableArray<byte>> secrets = settings.KeyEncryptionSecretPrevious is { } previous
            ? [[.. current.RevealBytes()], [.. previous.RevealBytes()]]
            : [[.. current.RevealBytes()]];
        var stored = JsonSerializer.Deserialize<SealingKeysState>(record, StoredJson.Options)?.Keys ?? [];
        return stored.Any(key => IsForeign(new KeySecrets([], secrets), key));
    }

    private static bool IsForeign(KeySecrets secrets, StoredSealingKey key)
    {
        var seal = SealRules.Open(secrets, SealingKeysGrain.LabelOf(key.Id), key.SealedSecret);
        if (seal is OpenedSeal.Opened opened)
        {
            CryptographicOperations.ZeroMemory(opened.Plain);
        }

        return seal is OpenedSeal.ForeignSecret;
    }
}
