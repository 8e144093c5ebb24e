using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Settings;

/// <summary>
/// Everything an operator sets by environment variable, read once at start. Names and defaults are those of the contract
/// (configuration.md §5.1) and of the design (§6). Secrets print as <c>***</c>.
/// </summary>
public sealed record ServerSettings
{
    /// <summary><c>ENVIRONMENT=production</c>: missing secrets and memory storage refuse to start.</summary>
    public bool IsProduction { get; init; }

    /// <summary><c>PUBLIC_DOMAIN</c>, host with optional port; the fallback login host. Default <c>localhost:8080</c>.</summary>
    public string PublicDomain { get; init; } = "localhost:8080";

    /// <summary><c>SECURE</c>: true or false when set explicitly; null when unset (then decided by the request).</summary>
    public bool? Secure { get; init; }

    /// <summary><c>COOKIE_EXPIRATION_IN_DAYS</c>. Default 7 days.</summary>
    public TimeSpan CookieLife { get; init; } = TimeSpan.FromDays(7);

    /// <summary><c>TOKEN_EXPIRATION_IN_HOURS</c>. Default 2 hours.</summary>
    public TimeSpan AccessTokenLife { get; init; } = TimeSpan.FromHours(2);

    /// <summary><c>TOKEN_REFRESH_EXPIRATION_IN_HOURS</c>. Default 720 hours.</summary>
    public TimeSpan RefreshTokenLife { get; init; } = TimeSpan.FromHours(720);

    /// <summary><c>COOKIE_DOMAINS</c>: JSON object, host to cookie domain; <c>*.x</c> is read as <c>.x</c>.</summary>
    public ImmutableDictionary<string, string> CookieDomains { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>JWT_SECRET</c>, or null when unset.</summary>
    public Secret? JwtSecret { get; init; }

    /// <summary><c>JWT_SECRET_PREVIOUS</c>: still verifies. Null when unset.</summary>
    public Secret? JwtSecretPrevious { get; init; }

    /// <summary><c>KEY_ENCRYPTION_SECRET</c>, or null when unset.</summary>
    public Secret? KeyEncryptionSecret { get; init; }

    /// <summary><c>KEY_ENCRYPTION_SECRET_PREVIOUS</c>: still decrypts. Null when unset.</summary>
    public Secret? KeyEncryptionSecretPrevious { get; init; }

    /// <summary><c>TRUSTED_PROXIES</c>: the raw list, or null when unset.</summary>
    public string? TrustedProxies { get; init; }

    /// <summary><c>STALE_LIMIT</c> in seconds: how long a gateway decides without its silos. Default 60 s.</summary>
    public TimeSpan StaleLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// <c>DRAIN_TIME</c> in seconds: how long a gateway that was told to end still serves while its readiness probe says no, so that proxies take it out
    /// before its listener closes. Default 5 s in a cluster; zero where <c>CLUSTERING</c> is <c>localhost</c>.
    /// </summary>
    public TimeSpan DrainTime { get; init; }

    /// <summary><c>SCRIPT_TIMEOUT</c> in seconds. Default 30 s.</summary>
    public TimeSpan ScriptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><c>ALLOW_MISSING_PROVIDERS</c>. Default true, false in production.</summary>
    public bool AllowMissingProviders { get; init; } = true;

    /// <summary><c>DISPLAY_VERSION</c>. Default true.</summary>
    public bool DisplayVersion { get; init; } = true;

    /// <summary><c>DIRECTORY</c>: base of <c>Resources</c> and <c>Public</c>, or null: then the working directory.</summary>
    public string? Directory { get; init; }

    /// <summary><c>DISABLE_FILE_MONITORING=true</c> switches hot reload off.</summary>
    public bool FileMonitoring { get; init; } = true;

    /// <summary><c>LOG_LEVEL</c>. Default <c>info</c>.</summary>
    public string LogLevel { get; init; } = "info";

    /// <summary><c>LOG_FORMAT</c>: <c>console</c> or <c>ndjson</c>. Default <c>console</c>.</summary>
    public string LogFormat { get; init; } = SettingWords.Console;

    /// <summary><c>CLUSTERING</c>: <c>localhost</c>, <c>redis</c> or <c>kubernetes</c>. Default <c>localhost</c>.</summary>
    public string Clustering { get; init; } = SettingWords.Localhost;

    /// <summary>
    /// <c>UITSMIJTER_NAMESPACE</c>: the Kubernetes namespace of the cluster's objects, or null: then that of the pod, or of the kubeconfig.
    /// </summary>
    public string? Namespace { get; init; }

    /// <summary><c>STORAGE</c>: <c>memory</c> or <c>redis</c>. Default <c>memory</c>.</summary>
    public string Storage { get; init; } = SettingWords.Memory;

    /// <summary><c>REDIS_URI</c>, else made of <c>REDIS_HOST</c> and <c>REDIS_PASSWORD</c>. A StackExchange.Redis configuration string.</summary>
    public Secret RedisUri { get; init; } = new("localhost:6379");

    /// <summary>
    /// <c>REDIS_TLS_CA</c>, <c>REDIS_TLS_CERTIFICATE</c> and <c>REDIS_TLS_KEY</c>, or null: then TLS is what <c>REDIS_URI</c> says, with the system's authorities.
    /// </summary>
    public TlsFiles? RedisTls { get; init; }

    /// <summary>
    /// <c>REDIS_REPLICAS</c>: how many replicas of Redis must have a write before it counts. Default 0: the primary is enough, and what only it had is lost at a fail-over.
    /// </summary>
    public int RedisReplicas { get; init; }

    /// <summary>
    /// <c>ORLEANS_TLS_CERTIFICATE</c>, <c>ORLEANS_TLS_KEY</c> and <c>ORLEANS_TLS_CA</c>: then every connection between silos and gateways is TLS and both sides show
    /// a certificate. Null: they trust their network.
    /// </summary>
    public TlsFiles? ClusterTls { get; init; }

    /// <summary><c>ORLEANS_CLUSTER_ID</c>. Default <c>uitsmijter</c>.</summary>
    public string ClusterId { get; init; } = "uitsmijter";

    /// <summary><c>ORLEANS_SERVICE_ID</c>. Default <c>uitsmijter</c>.</summary>
    public string ServiceId { get; init; } = "uitsmijter";

    /// <summary><c>ORLEANS_SILO_PORT</c>. Default 11111.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary><c>ORLEANS_GATEWAY_PORT</c>. Default 30000.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary><c>ORLEANS_ADVERTISED_IP</c>, or null: then Orleans decides (loopback when clustering is <c>localhost</c>).</summary>
    public string? AdvertisedIp { get; init; }

    /// <summary><c>MANAGEMENT_PORT</c>. Default 9090; 0 picks a free port.</summary>
    public int ManagementPort { get; init; } = 9090;

    /// <summary><c>METRICS_ON_MAIN_PORT</c>. Default false.</summary>
    public bool MetricsOnMainPort { get; init; }

    /// <summary>Shortest credential of the management port.</summary>
    public const int LeastManagementTokenBytes = 32;

    /// <summary><c>MANAGEMENT_TOKEN</c>: credential of operations on the management port, or null: then there are none.</summary>
    public Secret? ManagementToken { get; init; }

    /// <summary><c>MANAGEMENT_TOKEN_FILE</c>: path of a file that holds it, or null; wins over the variable.</summary>
    public string? ManagementTokenFile { get; init; }

    /// <summary><c>ORLEANS_DASHBOARD=true</c>: the Orleans dashboard on the management port, for whoever has its credential. Default false.</summary>
    public bool Dashboard { get; init; }

    /// <summary>What is wrong with the environment; any entry here refuses the start, one clear sentence each.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>What an operator should know about the environment although the server starts, one clear sentence each.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Reads the environment. Never throws for what it finds there: see <see cref="Problems"/> and <see cref="Warnings"/>.</summary>
    /// <param name="variable">Answers a variable's text, or null where it is unset; empty text counts as unset.</param>
    public static ServerSettings Read(Func<string, string?> variable) => ServerSettingsReader.Read(variable, keepsState: true);

    /// <summary>
    /// Reads the environment of a gateway, which keeps no state and is given derived keys only: in production neither secrets nor
    /// storage are asked of it.
    /// </summary>
    /// <param name="variable">As at <see cref="Read"/>.</param>
    public static ServerSettings ReadForGateway(Func<string, string?> variable) => ServerSettingsReader.Read(variable, keepsState: false);
}
