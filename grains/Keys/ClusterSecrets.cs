using System.Collections.Immutable;
using System.Text;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>The secrets of the cluster in a silo: as the operator set them, or outside production as the cluster made them.</summary>
/// <param name="settings">The environment.</param>
/// <param name="grains">Asked only when a secret is not set.</param>
public sealed class ClusterSecrets(ServerSettings settings, IGrainFactory grains)
{
    private volatile KeySecrets? _known;

    /// <summary>The secrets, current ones first; the same on every silo.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<KeySecrets> Read(CancellationToken cancellationToken)
    {
        if (_known is { } known)
        {
            return known;
        }

        // Two callers may both get here; both find the same.
        var made = settings is { JwtSecret: not null, KeyEncryptionSecret: not null }
            ? null
            : await grains.GetGrain<IClusterSecretsGrain>(IClusterSecretsGrain.Only).Read(cancellationToken);
        return _known = new KeySecrets(
            Versions(settings.JwtSecret, made?.JwtSecret, settings.JwtSecretPrevious),
            Versions(settings.KeyEncryptionSecret, made?.KeyEncryptionSecret, settings.KeyEncryptionSecretPrevious));
    }

    private static ImmutableArray<ImmutableArray<byte>> Versions(Secret? current, string? made, Secret? previous)
    {
        var first = current?.RevealBytes() ?? Encoding.UTF8.GetBytes(made!);
        return previous is null ? [[.. first]] : [[.. first], [.. previous.RevealBytes()]];
    }
}
