using System.Runtime.InteropServices;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Uitsmijter.Actors.GrainInterfaces.Keys;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>One key of the cluster in the shape Data Protection wants: AES-256 in Galois/Counter Mode, subkeys derived per purpose.</summary>
internal sealed class SealingRingKey(SealingKey key, IAuthenticatedEncryptorFactory factory) : IKey
{
    private static readonly AuthenticatedEncryptorConfiguration _algorithms = new() { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM };

    /// <inheritdoc />
    public DateTimeOffset ActivationDate => key.ActivatesAt;

    /// <inheritdoc />
    public DateTimeOffset CreationDate => key.CreatedAt;

    /// <inheritdoc />
    public DateTimeOffset ExpirationDate => key.ExpiresAt;

    /// <inheritdoc />
    public bool IsRevoked => false;

    /// <inheritdoc />
    public Guid KeyId => key.Id;

    /// <inheritdoc />
    public IAuthenticatedEncryptorDescriptor Descriptor { get; } =
        new AuthenticatedEncryptorDescriptor(_algorithms, new Microsoft.AspNetCore.DataProtection.Secret(ImmutableCollectionsMarshal.AsArray(key.Secret)!));

    /// <inheritdoc />
    public IAuthenticatedEncryptor? CreateEncryptor() => factory.CreateEncryptorInstance(this);
}
