using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>
/// Seals key material for storage: AES-256-GCM under a key derived from <c>KEY_ENCRYPTION_SECRET</c> per purpose, bound by its
/// associated data to purpose, owner and id, so that a sealed key moved to another record does not open.
/// </summary>
/// <remarks>Layout: version (1) · id of the secret (8) · nonce (12) · ciphertext · tag (16).</remarks>
public static class SealRules
{
    /// <summary>Bytes of chance every seal needs.</summary>
    public const int NonceBytes = 12;

    private const byte Version = 1;
    private const int SecretIdBytes = 8;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;
    private const int HeaderBytes = 1 + SecretIdBytes + NonceBytes;
    private const string KeyPurpose = "uitsmijter/seal/v1|";
    private const string IdPurpose = "uitsmijter/seal-id/v1";
    private const string NoncePurpose = "uitsmijter/seal-nonce/v1|";

    /// <summary>Seals under the current secret.</summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="label">What is sealed, for whom.</param>
    /// <param name="nonce"><see cref="NonceBytes"/> random bytes, never used before.</param>
    /// <param name="plain">What to seal.</param>
    public static byte[] Seal(KeySecrets secrets, SealLabel label, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(nonce.Length, NonceBytes);
        var secret = secrets.KeyEncryption[0].AsSpan();
        var result = new byte[HeaderBytes + plain.Length + TagBytes];
        result[0] = Version;
        WriteSecretId(secret, result.AsSpan(1, SecretIdBytes));
        nonce.CopyTo(result.AsSpan(1 + SecretIdBytes));
        using var aes = Cipher(secret, label);
        aes.Encrypt(nonce, plain, result.AsSpan(HeaderBytes, plain.Length), result.AsSpan(HeaderBytes + plain.Length), AssociatedData(label));
        return result;
    }

    /// <summary>
    /// Seals under the current secret, the same content to the same bytes: configuration is published again and again, and must not look
    /// changed. The nonce is a keyed hash of label and content (a synthetic IV, as in RFC 5297), so two contents never share one.
    /// </summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="label">What is sealed, for whom.</param>
    /// <param name="plain">What to seal.</param>
    public static byte[] SealAlike(KeySecrets secrets, SealLabel label, ReadOnlySpan<byte> plain)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secrets.KeyEncryption[0].AsSpan(), key, salt: [], info: Encoding.UTF8.GetBytes(NoncePurpose + label.Purpose));
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        CryptographicOperations.ZeroMemory(key);
        hash.AppendData(AssociatedData(label));
        hash.AppendData(plain);
        return Seal(secrets, label, hash.GetHashAndReset().AsSpan(0, NonceBytes), plain);
    }

    /// <summary>Opens what was sealed under the current or the previous secret.</summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="label">What it must be, for whom.</param>
    /// <param name="sealedBytes">The sealed bytes.</param>
    public static OpenedSeal Open(KeySecrets secrets, SealLabel label, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < HeaderBytes + TagBytes || sealedBytes[0] != Version)
        {
            return new OpenedSeal.Broken();
        }

        Span<byte> id = stackalloc byte[SecretIdBytes];
        for (var age = 0; age < secrets.KeyEncryption.Length; age++)
        {
            var secret = secrets.KeyEncryption[age].AsSpan();
            WriteSecretId(secret, id);
            if (CryptographicOperations.FixedTimeEquals(id, sealedBytes.Slice(1, SecretIdBytes)))
            {
                return Open(secret, label, sealedBytes, isCurrent: age == 0);
            }
        }

        return new OpenedSeal.ForeignSecret();
    }

    private static OpenedSeal Open(ReadOnlySpan<byte> secret, SealLabel label, ReadOnlySpan<byte> sealedBytes, bool isCurrent)
    {
        var plain = new byte[sealedBytes.Length - HeaderBytes - TagBytes];
        using var aes = Cipher(secret, label);
        try
        {
            aes.Decrypt(
                sealedBytes.Slice(1 + SecretIdBytes, NonceBytes),
                sealedBytes.Slice(HeaderBytes, plain.Length),
                sealedBytes[^TagBytes..],
                plain,
                AssociatedData(label));
            return new OpenedSeal.Opened(plain, isCurrent);
        }
        catch (AuthenticationTagMismatchException)
        {
            return new OpenedSeal.Broken();
        }
    }

    private static AesGcm Cipher(ReadOnlySpan<byte> secret, SealLabel label)
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: [], info: Encoding.UTF8.GetBytes(KeyPurpose + label.Purpose));
        var aes = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }

    private static void WriteSecretId(ReadOnlySpan<byte> secret, Span<byte> id) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, id, salt: [], info: Encoding.UTF8.GetBytes(IdPurpose));

    /// <summary>Each part with its length before it: no two labels have the same bytes.</summary>
    private static byte[] AssociatedData(SealLabel label)
    {
        using var data = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in ImmutableArray.Create(label.Purpose, label.Owner, label.Id))
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            data.Write(length);
            data.Write(bytes);
        }

        return data.ToArray();
    }
}
