namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Words an environment variable may have as its value (docs/configuration.md).</summary>
public static class SettingWords
{
    /// <summary><c>CLUSTERING</c>: a cluster of one machine.</summary>
    public const string Localhost = "localhost";

    /// <summary><c>CLUSTERING</c> and <c>STORAGE</c>: in Redis.</summary>
    public const string Redis = "redis";

    /// <summary><c>CLUSTERING</c>: in custom resources of Kubernetes.</summary>
    public const string Kubernetes = "kubernetes";

    /// <summary><c>STORAGE</c>: in the memory of the process.</summary>
    public const string Memory = "memory";

    /// <summary><c>LOG_FORMAT</c>: lines for people.</summary>
    public const string Console = "console";

    /// <summary><c>LOG_FORMAT</c>: one JSON object a line.</summary>
    public const string Ndjson = "ndjson";
}
