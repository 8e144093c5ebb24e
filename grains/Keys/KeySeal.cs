using System.Security.Cryptography;
using Uitsmijter.Actors.Protocol.Keys;

namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>Seals and opens stored keys, with chance from the system and one clear sentence when a key does not open.</summary>
internal static class KeySeal
{
    /// <summary>Seals under the current secret.</summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="label">What is sealed, for whom.</param>
    /// <param name="plain">What to seal; the caller wipes it.</param>
    public static byte[] Seal(KeySecrets secrets, SealLabel label, ReadOnlySpan<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[SealRules.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        return SealRules.Seal(secrets, label, nonce, plain);
    }

    /// <summary>Opens, or refuses: a key that does not open is never replaced silently, because another silo may hold the right secret.</summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="label">What it must be, for whom.</param>
    /// <param name="sealedBytes">The stored bytes.</param>
    /// <exception cref="CryptographicException">Says what the operator has to do.</exception>
    public static OpenedSeal.Opened Open(KeySecrets secrets, SealLabel label, ReadOnlySpan<byte> sealedBytes) =>
        SealRules.Open(secrets, label, sealedBytes) switch
        {
            OpenedSeal.Opened opened => opened,
            OpenedSeal.ForeignSecret => throw new CryptographicException(
                $"The {label.Purpose} {label.Id} of '{label.Owner}' was sealed under another KEY_ENCRYPTION_SECRET; set KEY_ENCRYPTION_SECRET_PREVIOUS to that one."),
            _ => throw new CryptographicException(
                $"The {label.Purpose} {label.Id} of '{label.Owner}' was changed in storage; restore it, or remove the record to begin a new ring."),
        };
}
