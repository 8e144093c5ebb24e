namespace Uitsmijter.Actors.Grains.Keys;

/// <summary>Secrets the cluster made for itself outside production. Empty until the first call.</summary>
internal sealed record ClusterSecretsState
{
    /// <summary>Stands for <c>JWT_SECRET</c>.</summary>
    public string JwtSecret { get; init; } = "";

    /// <summary>Stands for <c>KEY_ENCRYPTION_SECRET</c>.</summary>
    public string KeyEncryptionSecret { get; init; } = "";

    /// <inheritdoc />
    public override string ToString() => "ClusterSecretsState { *** }";
}
