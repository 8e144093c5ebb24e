namespace Uitsmijter.Actors.Protocol.Settings;

/// <summary>
/// Paths of PEM files that make a connection one of TLS where both sides show who they are. They are read again for every handshake, so that renewed ones count without
/// a restart.
/// </summary>
/// <param name="Certificate">The certificate, with those between it and its authority behind it; null where this side shows none.</param>
/// <param name="Key">Its private key, not encrypted; null where there is no certificate.</param>
/// <param name="Authorities">Certificates of the authorities the other side's certificate has to come from; null: those of the operating system.</param>
public sealed record TlsFiles(string? Certificate, string? Key, string? Authorities)
{
    /// <summary>Variables of the connections between the processes of a cluster.</summary>
    internal static readonly (string Certificate, string Key, string Authorities) ClusterVariables = ("ORLEANS_TLS_CERTIFICATE", "ORLEANS_TLS_KEY", "ORLEANS_TLS_CA");

    /// <summary>Variables of the connections to Redis.</summary>
    internal static readonly (string Certificate, string Key, string Authorities) RedisVariables = ("REDIS_TLS_CERTIFICATE", "REDIS_TLS_KEY", "REDIS_TLS_CA");

    /// <summary>What the cluster's variables say. Half of it would be a cluster that anybody may join, so it is all or nothing.</summary>
    internal static TlsFiles? ReadCluster(EnvironmentReader environment)
    {
        var files = Read(environment, ClusterVariables);
        if (files is { Certificate: null } or { Key: null } or { Authorities: null })
        {
            environment.Problems.Add(
                $"{ClusterVariables.Certificate}, {ClusterVariables.Key} and {ClusterVariables.Authorities} belong together: set all three, to PEM files, or none.");
        }

        return files;
    }

    /// <summary>What Redis' variables say: an authority, a certificate with its key, or both.</summary>
    internal static TlsFiles? ReadRedis(EnvironmentReader environment)
    {
        var files = Read(environment, RedisVariables);
        if (files is not null && files.Certificate is null != files.Key is null)
        {
            environment.Problems.Add($"{RedisVariables.Certificate} and {RedisVariables.Key} belong together: set both, to PEM files, or neither.");
        }

        return files;
    }

    private static TlsFiles? Read(EnvironmentReader environment, (string Certificate, string Key, string Authorities) names) =>
        new TlsFiles(environment.Text(names.Certificate), environment.Text(names.Key), environment.Text(names.Authorities)) is var files && files != new TlsFiles(null, null, null)
            ? files
            : null;
}
