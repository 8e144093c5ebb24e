using System.Security.Cryptography;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;

namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>Generates signing keys and checks stored ones.</summary>
internal static class SigningKeyMaker
{
    private const int RsaBits = 2048;

    /// <summary>Generates a key pair; the private part leaves this method only sealed.</summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="tenant">Whose key.</param>
    /// <param name="plan">What for and from when.</param>
    /// <param name="now">The instant.</param>
    public static RingKey Make(KeySecrets secrets, string tenant, NewKey plan, DateTimeOffset now)
    {
        using AsymmetricAlgorithm pair = plan.Algorithm is SigningAlgorithm.ES256
            ? ECDsa.Create(ECCurve.NamedCurves.nistP256)
            : RSA.Create(RsaBits);
        var spki = pair.ExportSubjectPublicKeyInfo();
        var pkcs8 = pair.ExportPkcs8PrivateKey();
        try
        {
            var kid = JwkRules.Thumbprint(plan.Algorithm, spki);
            return new RingKey
            {
                Kid = kid,
                Algorithm = plan.Algorithm,
                AnnouncedAt = now,
                ActivatesAt = plan.ActivatesAt,
                Spki = spki,
                SealedPkcs8 = KeySeal.Seal(secrets, LabelOf(tenant, kid), pkcs8),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>
    /// Proves that a stored key is one of ours, and seals it anew where it is under the previous secret. The private part opens only
    /// under the key's own id, which is the thumbprint of the public part: whoever can write to storage cannot slip in a key.
    /// </summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <param name="tenant">Whose key.</param>
    /// <param name="key">The stored key.</param>
    /// <returns>The same object when nothing had to change.</returns>
    /// <exception cref="CryptographicException">The key does not open, or its parts do not belong together.</exception>
    public static RingKey Check(KeySecrets secrets, string tenant, RingKey key)
    {
        var label = LabelOf(tenant, key.Kid);
        var opened = KeySeal.Open(secrets, label, key.SealedPkcs8);
        try
        {
            if (JwkRules.Thumbprint(key.Algorithm, key.Spki) != key.Kid)
            {
                throw new CryptographicException($"The public part of signing key {key.Kid} of '{tenant}' was changed in storage.");
            }

            return opened.IsCurrent ? key : key with { SealedPkcs8 = KeySeal.Seal(secrets, label, opened.Plain) };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened.Plain);
        }
    }

    /// <summary>What a private signing key is sealed as.</summary>
    /// <param name="tenant">Whose key.</param>
    /// <param name="kid">Its id.</param>
    public static SealLabel LabelOf(string tenant, string kid) => new(SealLabel.SigningKey, tenant, kid);
}
