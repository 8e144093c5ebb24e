using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Keys;

/// <inheritdoc cref="IClusterSecretsGrain"/>
[GrainType("cluster-secrets")]
internal sealed partial class ClusterSecretsGrain(
    [PersistentState("cluster-secrets", StorageNames.Durable)] IPersistentState<ClusterSecretsState> state,
    ServerSettings settings,
    TimeProvider clock,
    ILogger<ClusterSecretsGrain> logger) : Grain, IClusterSecretsGrain
{
    private const int SecretBytes = 48;
    private readonly CheckedState<ClusterSecretsState> _stored = new(state, clock);

    /// <inheritdoc />
    public async Task<MadeSecrets> Read(CancellationToken cancellationToken)
    {
        if (settings.IsProduction)
        {
            throw new InvalidOperationException("In production the secrets come from the environment.");
        }

        var stored = await _stored.Read();
        while (stored.JwtSecret.Length == 0)
        {
            if (await _stored.TryWrite(new ClusterSecretsState { JwtSecret = Make(), KeyEncryptionSecret = Make() }))
            {
                SecretsMade(logger);
            }

            // Also after a write of our own: of two activations only one made the secrets that count.
            stored = await _stored.Read();
        }

        return new MadeSecrets { JwtSecret = stored.JwtSecret, KeyEncryptionSecret = stored.KeyEncryptionSecret };
    }

    private static string Make() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    [LoggerMessage(LogLevel.Warning, "JWT_SECRET or KEY_ENCRYPTION_SECRET is not set: the cluster made its own and keeps them in its storage. Set both before production.")]
    private static partial void SecretsMade(ILogger logger);
}
