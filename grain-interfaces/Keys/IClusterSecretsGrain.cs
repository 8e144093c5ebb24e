namespace Uitsmijter.Actors.GrainInterfaces.Keys;

/// <summary>
/// Outside production: the secrets the operator did not set, made once for the whole cluster and kept. For silos only; it refuses
/// every call in production, where missing secrets refuse the start.
/// </summary>
[Alias("uitsmijter.cluster-secrets")]
public interface IClusterSecretsGrain : IGrainWithStringKey
{
    /// <summary>The key of the only record.</summary>
    public const string Only = "secrets";

    /// <summary>The made secrets; makes them at the first call.</summary>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("read"), Idempotent]
    Task<MadeSecrets> Read(CancellationToken cancellationToken);
}

/// <summary>Secrets the cluster made for itself. Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.keys.made-secrets")]
public sealed record MadeSecrets
{
    /// <summary>Stands for <c>JWT_SECRET</c>.</summary>
    [Id(0)] public required string JwtSecret { get; init; }

    /// <summary>Stands for <c>KEY_ENCRYPTION_SECRET</c>.</summary>
    [Id(1)] public required string KeyEncryptionSecret { get; init; }

    /// <inheritdoc />
    public override string ToString() => "MadeSecrets { *** }";
}
