using System.Collections.Immutable;
using System.Net;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Settings;

/// <summary>Translates environment variables into <see cref="ServerSettings"/> and judges them (design §6).</summary>
internal static class ServerSettingsReader
{
    private const int SecretBytes = 32;
    private const int MostDays = 3650;
    private const int MostHours = 24 * MostDays;
    private const int MostPort = 65535;
    private const int UsualDrainSeconds = 5;
    private const int MostDrainSeconds = 600;
    private const int MostReplicas = 10;

    /// <summary>Reads everything; problems and warnings are part of the answer.</summary>
    public static ServerSettings Read(Func<string, string?> variable, bool keepsState)
    {
        var environment = new EnvironmentReader(variable);
        var defaults = new ServerSettings();
        var production = "production".Equals(environment.Text("ENVIRONMENT"), StringComparison.OrdinalIgnoreCase);
        var settings = defaults with
        {
            IsProduction = production,
            PublicDomain = PublicDomain(environment) ?? defaults.PublicDomain,
            Secure = environment.Flag("SECURE"),
            TrustedProxies = environment.Text("TRUSTED_PROXIES"),
            CookieDomains = CookieDomains.Read(environment.Text("COOKIE_DOMAINS"), environment.Warnings),
            AllowMissingProviders = environment.Flag("ALLOW_MISSING_PROVIDERS") ?? !production,
            DisplayVersion = environment.Flag("DISPLAY_VERSION") ?? defaults.DisplayVersion,
            Directory = environment.Text("DIRECTORY"),
            FileMonitoring = !(environment.Flag("DISABLE_FILE_MONITORING") ?? false),
            LogLevel = environment.WordOrDefault("LOG_LEVEL", defaults.LogLevel, "trace", "debug", "info", "notice", "warning", "error", "critical"),
            LogFormat = environment.WordOrDefault("LOG_FORMAT", defaults.LogFormat, SettingWords.Console, SettingWords.Ndjson),
            MetricsOnMainPort = environment.Flag("METRICS_ON_MAIN_PORT") ?? defaults.MetricsOnMainPort,
        };
        settings = WithCluster(WithSecrets(WithTimes(settings, environment), environment), environment);
        settings = settings with { DrainTime = TimeSpan.FromSeconds(environment.Number("DRAIN_TIME", settings.Clustering == SettingWords.Localhost ? 0 : UsualDrainSeconds, 0, MostDrainSeconds)) };
        Judge(settings, environment, keepsState);
        TrustedProxies.Parse(settings.TrustedProxies, settings.IsProduction, out var strangers);
        environment.Problems.AddRange(strangers);
        return settings with { Problems = [.. environment.Problems], Warnings = [.. environment.Warnings] };
    }

    private static ServerSettings WithTimes(ServerSettings settings, EnvironmentReader environment) => settings with
    {
        CookieLife = TimeSpan.FromDays(environment.Number("COOKIE_EXPIRATION_IN_DAYS", 7, 1, MostDays)),
        AccessTokenLife = TimeSpan.FromHours(environment.Number("TOKEN_EXPIRATION_IN_HOURS", 2, 1, MostHours)),
        RefreshTokenLife = TimeSpan.FromHours(environment.Number("TOKEN_REFRESH_EXPIRATION_IN_HOURS", 720, 1, MostHours)),
        StaleLimit = TimeSpan.FromSeconds(environment.Number("STALE_LIMIT", 60, 1, 86400)),
        ScriptTimeout = TimeSpan.FromSeconds(environment.Number("SCRIPT_TIMEOUT", 30, 1, 600)),
    };

    private static ServerSettings WithSecrets(ServerSettings settings, EnvironmentReader environment) => settings with
    {
        JwtSecret = environment.Secret("JWT_SECRET"),
        JwtSecretPrevious = environment.Secret("JWT_SECRET_PREVIOUS"),
        KeyEncryptionSecret = environment.Secret("KEY_ENCRYPTION_SECRET"),
        KeyEncryptionSecretPrevious = environment.Secret("KEY_ENCRYPTION_SECRET_PREVIOUS"),
    };

    private static ServerSettings WithCluster(ServerSettings settings, EnvironmentReader environment) => settings with
    {
        Clustering = environment.Word("CLUSTERING", settings.Clustering, SettingWords.Localhost, SettingWords.Redis, SettingWords.Kubernetes),
        Namespace = KubernetesNamespace.Read(environment),
        Storage = environment.Word("STORAGE", settings.Storage, SettingWords.Memory, SettingWords.Redis),
        RedisUri = RedisAddress.Read(environment),
        RedisReplicas = environment.Number("REDIS_REPLICAS", settings.RedisReplicas, 0, MostReplicas),
        RedisTls = TlsFiles.ReadRedis(environment),
        ClusterTls = TlsFiles.ReadCluster(environment),
        ClusterId = environment.Text("ORLEANS_CLUSTER_ID") ?? settings.ClusterId,
        ServiceId = environment.Text("ORLEANS_SERVICE_ID") ?? settings.ServiceId,
        SiloPort = environment.Number("ORLEANS_SILO_PORT", settings.SiloPort, 1, MostPort),
        GatewayPort = environment.Number("ORLEANS_GATEWAY_PORT", settings.GatewayPort, 1, MostPort),
        AdvertisedIp = AdvertisedIp(environment),
        ManagementPort = environment.Number("MANAGEMENT_PORT", settings.ManagementPort, 0, MostPort),
        ManagementToken = environment.Text("MANAGEMENT_TOKEN") is { } token ? new Secret(token) : null,
        ManagementTokenFile = environment.Text("MANAGEMENT_TOKEN_FILE"),
        Dashboard = environment.Flag("ORLEANS_DASHBOARD") ?? settings.Dashboard,
    };

    private static string? AdvertisedIp(EnvironmentReader environment)
    {
        if (environment.Text("ORLEANS_ADVERTISED_IP") is not { } text)
        {
            return null;
        }

        if (IPAddress.TryParse(text, out _))
        {
            return text;
        }

        environment.Problems.Add("ORLEANS_ADVERTISED_IP is no address: use an IP address other processes reach this silo at.");
        return null;
    }

    // People write an address here; the rest of the system wants host and port only.
    private static string? PublicDomain(EnvironmentReader environment)
    {
        if (environment.Text("PUBLIC_DOMAIN") is not { } text)
        {
            return null;
        }

        if (!text.Contains('/', StringComparison.Ordinal))
        {
            return text.ToLowerInvariant();
        }

        var address = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
        {
            environment.Warnings.Add($"PUBLIC_DOMAIN is a host with an optional port, not an address: {uri.Authority} is used.");
            return uri.Authority.ToLowerInvariant();
        }

        environment.Problems.Add("PUBLIC_DOMAIN is no host: use a name such as login.example.com, with a port if it is not the usual one.");
        return null;
    }

    private static void Judge(ServerSettings settings, EnvironmentReader environment, bool keepsState)
    {
        if (settings.IsProduction)
        {
            JudgeProduction(settings, environment, keepsState);
        }
        else if (settings.JwtSecret is { ByteLength: < SecretBytes } weak)
        {
            environment.Warnings.Add($"JWT_SECRET has {weak.ByteLength} bytes; production refuses fewer than {SecretBytes}.");
        }

        foreach (var (name, secret) in new[]
        {
            ("JWT_SECRET_PREVIOUS", settings.JwtSecretPrevious),
            ("KEY_ENCRYPTION_SECRET", settings.KeyEncryptionSecret),
            ("KEY_ENCRYPTION_SECRET_PREVIOUS", settings.KeyEncryptionSecretPrevious),
        })
        {
            if (secret is { ByteLength: < SecretBytes })
            {
                environment.Warnings.Add($"{name} has {secret.ByteLength} bytes; use at least {SecretBytes} random ones.");
            }
        }

        if (settings is { ManagementTokenFile: null, ManagementToken: { ByteLength: < ServerSettings.LeastManagementTokenBytes } guessable })
        {
            environment.Problems.Add($"MANAGEMENT_TOKEN has {guessable.ByteLength} bytes: use at least {ServerSettings.LeastManagementTokenBytes} random ones, or leave it unset.");
        }

        // JWT_SECRET is handed to applications; whoever knew both could derive the keys of login cookies (design §4).
        if (settings.JwtSecret is { } shared && shared.Reveal() == settings.KeyEncryptionSecret?.Reveal())
        {
            (settings.IsProduction ? environment.Problems : environment.Warnings).Add(
                "KEY_ENCRYPTION_SECRET is the same as JWT_SECRET, which applications know: give it a value of its own.");
        }

        if (keepsState)
        {
            JudgeStorage(settings, environment);
        }

        if (settings.Secure is false)
        {
            environment.Warnings.Add("SECURE=false sends login cookies over plain http: use it on test systems only.");
        }
    }

    // What is lost when a part of the storage dies must not be learned from its loss.
    private static void JudgeStorage(ServerSettings settings, EnvironmentReader environment)
    {
        if (settings is { Storage: SettingWords.Redis, RedisReplicas: 0 } && RedisAddress.NamesSentinels(settings.RedisUri))
        {
            environment.Warnings.Add("REDIS_URI names Sentinels and REDIS_REPLICAS is 0: a fail-over may forget the last writes, and a code that was used would be good again. Set it to 1 and keep two replicas.");
        }

        if (settings is { Storage: SettingWords.Memory, Clustering: not SettingWords.Localhost })
        {
            environment.Warnings.Add($"STORAGE=memory with CLUSTERING={settings.Clustering}: what a silo holds is lost when it ends, sessions and keys too. Set STORAGE=redis.");
        }
    }

    private static void JudgeProduction(ServerSettings settings, EnvironmentReader environment, bool keepsState)
    {
        if (settings.TrustedProxies is null)
        {
            environment.Warnings.Add("TRUSTED_PROXIES is unset: in production only proxies on the same machine are believed. Set it to your proxy's addresses.");
        }

        if (!keepsState)
        {
            return;
        }

        if (settings.JwtSecret is not { } secret)
        {
            environment.Problems.Add($"ENVIRONMENT=production needs JWT_SECRET: set it to at least {SecretBytes} random bytes, the same on every process.");
        }
        else if (secret.ByteLength < SecretBytes)
        {
            environment.Problems.Add($"ENVIRONMENT=production needs a JWT_SECRET of at least {SecretBytes} bytes; this one has {secret.ByteLength}.");
        }

        if (settings.KeyEncryptionSecret is null)
        {
            environment.Problems.Add($"ENVIRONMENT=production needs KEY_ENCRYPTION_SECRET: set it to at least {SecretBytes} random bytes, the same on every silo.");
        }

        if (settings.Storage == SettingWords.Memory)
        {
            environment.Problems.Add("ENVIRONMENT=production needs STORAGE=redis: memory storage forgets keys and sessions with the process.");
        }
    }
}
