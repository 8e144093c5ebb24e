using Uitsmijter.Actors.Protocol.Settings;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Settings;

public sealed class ServerSettingsTests
{
    private const string Strong = "0123456789abcdef0123456789abcdef";

    private static ServerSettings Read(params (string Name, string Value)[] variables)
    {
        var map = variables.ToDictionary(static pair => pair.Name, static pair => pair.Value);
        return ServerSettings.Read(name => map.GetValueOrDefault(name));
    }

    private static ServerSettings Production(params (string Name, string Value)[] variables) => Read(
    [
        ("ENVIRONMENT", "production"), ("JWT_SECRET", Strong), ("KEY_ENCRYPTION_SECRET", Strong + "x"), ("STORAGE", "redis"),
        ("TRUSTED_PROXIES", "private"), .. variables,
    ]);

    [Fact]
    public void an_empty_environment_gives_the_documented_defaults()
    {
        var settings = Read();

        Assert.Empty(settings.Problems);
        Assert.Empty(settings.Warnings);
        Assert.False(settings.IsProduction);
        Assert.Equal("localhost:8080", settings.PublicDomain);
        Assert.Null(settings.Secure);
        Assert.Equal(TimeSpan.FromDays(7), settings.CookieLife);
        Assert.Equal(TimeSpan.FromHours(2), settings.AccessTokenLife);
        Assert.Equal(TimeSpan.FromHours(720), settings.RefreshTokenLife);
        Assert.Equal(TimeSpan.FromSeconds(60), settings.StaleLimit);
        Assert.Equal(TimeSpan.Zero, settings.DrainTime);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.ScriptTimeout);
        Assert.True(settings.AllowMissingProviders);
        Assert.True(settings.FileMonitoring);
        Assert.Equal("localhost:6379", settings.RedisUri.Reveal());
        Assert.Equal(("info", "console"), (settings.LogLevel, settings.LogFormat));
        Assert.Equal((11111, 30000, 9090), (settings.SiloPort, settings.GatewayPort, settings.ManagementPort));
    }

    [Fact]
    public void every_variable_is_read()
    {
        var settings = Read(
            ("PUBLIC_DOMAIN", "Login.Example.com:8443"), ("SECURE", "true"), ("COOKIE_EXPIRATION_IN_DAYS", "3"), ("TOKEN_EXPIRATION_IN_HOURS", "4"),
            ("TOKEN_REFRESH_EXPIRATION_IN_HOURS", "5"), ("JWT_SECRET", Strong), ("JWT_SECRET_PREVIOUS", Strong + "p"),
            ("KEY_ENCRYPTION_SECRET", Strong + "k"), ("KEY_ENCRYPTION_SECRET_PREVIOUS", Strong + "q"), ("TRUSTED_PROXIES", "10.0.0.0/8"),
            ("STALE_LIMIT", "90"), ("SCRIPT_TIMEOUT", "12"), ("ALLOW_MISSING_PROVIDERS", "false"), ("DISPLAY_VERSION", "false"), ("DIRECTORY", "/srv"),
            ("DISABLE_FILE_MONITORING", "true"), ("LOG_LEVEL", "NOTICE"), ("LOG_FORMAT", "NDJSON"), ("CLUSTERING", "redis"), ("STORAGE", "redis"),
            ("ORLEANS_CLUSTER_ID", "c"), ("ORLEANS_SERVICE_ID", "s"), ("ORLEANS_SILO_PORT", "1"), ("ORLEANS_GATEWAY_PORT", "2"),
            ("ORLEANS_ADVERTISED_IP", "10.1.2.3"), ("MANAGEMENT_PORT", "0"), ("METRICS_ON_MAIN_PORT", "true"), ("DRAIN_TIME", "9"));

        Assert.Empty(settings.Problems);
        Assert.Empty(settings.Warnings);
        Assert.Equal("login.example.com:8443", settings.PublicDomain);
        Assert.True(settings.Secure);
        Assert.Equal(TimeSpan.FromDays(3), settings.CookieLife);
        Assert.Equal(TimeSpan.FromHours(4), settings.AccessTokenLife);
        Assert.Equal(TimeSpan.FromHours(5), settings.RefreshTokenLife);
        Assert.Equal(Strong, settings.JwtSecret?.Reveal());
        Assert.Equal(Strong + "p", settings.JwtSecretPrevious?.Reveal());
        Assert.Equal(Strong + "k", settings.KeyEncryptionSecret?.Reveal());
        Assert.Equal(Strong + "q", settings.KeyEncryptionSecretPrevious?.Reveal());
        Assert.Equal("10.0.0.0/8", settings.TrustedProxies);
        Assert.Equal(TimeSpan.FromSeconds(90), settings.StaleLimit);
        Assert.Equal(TimeSpan.FromSeconds(9), settings.DrainTime);
        Assert.Equal(TimeSpan.FromSeconds(12), settings.ScriptTimeout);
        Assert.False(settings.AllowMissingProviders);
        Assert.False(settings.DisplayVersion);
        Assert.Equal("/srv", settings.Directory);
        Assert.False(settings.FileMonitoring);
        Assert.Equal(("notice", "ndjson"), (settings.LogLevel, settings.LogFormat));
        Assert.Equal(("redis", "redis"), (settings.Clustering, settings.Storage));
        Assert.Equal(("c", "s"), (settings.ClusterId, settings.ServiceId));
        Assert.Equal((1, 2, 0), (settings.SiloPort, settings.GatewayPort, settings.ManagementPort));
        Assert.Equal("10.1.2.3", settings.AdvertisedIp);
        Assert.True(settings.MetricsOnMainPort);
    }

    [Fact]
    public void a_gateway_of_a_cluster_gives_its_proxies_five_seconds_to_take_it_out() =>
        Assert.Equal(TimeSpan.FromSeconds(5), Read(("CLUSTERING", "redis"), ("STORAGE", "redis")).DrainTime);

    [Theory]
    [InlineData("yes")]
    [InlineData("1")]
    [InlineData("TRUE")]
    public void a_boolean_that_is_not_exactly_true_or_false_is_the_default_and_warns(string text)
    {
        var settings = Read(("DISPLAY_VERSION", text), ("SECURE", text));

        Assert.True(settings.DisplayVersion);
        Assert.Null(settings.Secure);
        Assert.Equal(2, settings.Warnings.Length);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("1.5")]
    [InlineData("99999999999")]
    public void a_bad_number_is_the_default_and_warns(string text)
    {
        var settings = Read(("SCRIPT_TIMEOUT", text), ("STALE_LIMIT", text), ("COOKIE_EXPIRATION_IN_DAYS", text), ("ORLEANS_SILO_PORT", text));

        Assert.Equal(TimeSpan.FromSeconds(30), settings.ScriptTimeout);
        Assert.Equal(TimeSpan.FromSeconds(60), settings.StaleLimit);
        Assert.Equal(TimeSpan.FromDays(7), settings.CookieLife);
        Assert.Equal(11111, settings.SiloPort);
        Assert.Equal(4, settings.Warnings.Length);
        Assert.Empty(settings.Problems);
    }

    [Fact]
    public void cookie_domains_are_a_json_object_where_a_star_becomes_a_dot()
    {
        var settings = Read(("COOKIE_DOMAINS", """{"login.Example.com":"*.Example.com","shop.test":".shop.test","a.test":"a.test"}"""));

        Assert.Equal(".example.com", settings.CookieDomains["login.example.com"]);
        Assert.Equal(".shop.test", settings.CookieDomains["shop.test"]);
        Assert.Equal("a.test", settings.CookieDomains["a.test"]);
        Assert.Empty(settings.Warnings);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"a.test\":1}")]
    [InlineData("{\"a.test\":\"x; Path=/evil\"}")]
    [InlineData("{\"a.test\":\"\"}")]
    public void bad_cookie_domains_warn_and_are_ignored(string json)
    {
        var settings = Read(("COOKIE_DOMAINS", json));

        Assert.Empty(settings.CookieDomains);
        Assert.Single(settings.Warnings);
        Assert.Empty(settings.Problems);
    }

    [Theory]
    [InlineData("REDIS_HOST", "cache", "cache:6379")]
    [InlineData("REDIS_HOST", "cache:7000", "cache:7000")]
    [InlineData("REDIS_URI", "a:1,b:2,password=p", "a:1,b:2,password=p")]
    [InlineData("REDIS_URI", "redis://:p%40ss@cache", "cache:6379,password=p@ss")]
    [InlineData("REDIS_URI", "rediss://me:pw@cache:7001/3", "cache:7001,user=me,password=pw,defaultDatabase=3,ssl=true")]
    public void redis_is_found_by_every_spelling(string name, string value, string expected)
    {
        var settings = Read((name, value));

        Assert.Equal(expected, settings.RedisUri.Reveal());
    }

    [Fact]
    public void redis_password_joins_the_host_and_a_password_the_client_cannot_carry_is_a_problem()
    {
        var good = Read(("REDIS_HOST", "cache"), ("REDIS_PASSWORD", "pw"));
        var bad = Read(("REDIS_HOST", "cache"), ("REDIS_PASSWORD", "p,ssl=false"));

        Assert.Equal("cache:6379,password=pw", good.RedisUri.Reveal());
        Assert.Contains("REDIS_PASSWORD", Assert.Single(bad.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void a_cluster_on_kubernetes_may_name_its_namespace_and_one_that_is_none_refuses_the_start()
    {
        var plain = Read(("CLUSTERING", "kubernetes"));
        var named = Read(("CLUSTERING", "Kubernetes"), ("UITSMIJTER_NAMESPACE", "login-2"));
        var wrong = Read(("CLUSTERING", "kubernetes"), ("UITSMIJTER_NAMESPACE", "Login_2"));

        Assert.Empty(plain.Problems.Concat(named.Problems));
        Assert.Equal(("kubernetes", null), (plain.Clustering, plain.Namespace));
        Assert.Equal(("kubernetes", "login-2"), (named.Clustering, named.Namespace));
        Assert.StartsWith("UITSMIJTER_NAMESPACE is no Kubernetes namespace", Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ORLEANS_ADVERTISED_IP", "a-host", "ORLEANS_ADVERTISED_IP is no address")]
    public void an_address_that_is_none_refuses_the_start(string name, string value, string sentence) =>
        Assert.StartsWith(sentence, Assert.Single(Read((name, value)).Problems), StringComparison.Ordinal);

    [Theory]
    [InlineData("CLUSTERING", "etcd")]
    [InlineData("STORAGE", "disk")]
    public void an_unknown_cluster_or_storage_refuses_the_start(string name, string value)
    {
        var settings = Read((name, value));

        Assert.Contains($"{name}={value}", Assert.Single(settings.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void production_with_everything_set_starts()
    {
        var settings = Production();

        Assert.Empty(settings.Problems);
        Assert.Empty(settings.Warnings);
        Assert.True(settings.IsProduction);
        Assert.False(settings.AllowMissingProviders);
    }

    [Theory]
    [InlineData("JWT_SECRET", "", "needs JWT_SECRET")]
    [InlineData("JWT_SECRET", "short", "at least 32 bytes")]
    [InlineData("KEY_ENCRYPTION_SECRET", "", "needs KEY_ENCRYPTION_SECRET")]
    [InlineData("KEY_ENCRYPTION_SECRET", Strong, "the same as JWT_SECRET")]
    [InlineData("STORAGE", "memory", "needs STORAGE=redis")]
    public void production_refuses_what_is_unsafe_with_one_sentence_each(string name, string value, string words)
    {
        var variables = new Dictionary<string, string>
        {
            ["ENVIRONMENT"] = "production", ["JWT_SECRET"] = Strong, ["KEY_ENCRYPTION_SECRET"] = Strong + "x", ["STORAGE"] = "redis",
            ["TRUSTED_PROXIES"] = "private", [name] = value,
        };

        var settings = ServerSettings.Read(variable => variables.GetValueOrDefault(variable));

        Assert.Contains(words, Assert.Single(settings.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void an_empty_production_environment_names_every_problem_at_once()
    {
        var settings = Read(("ENVIRONMENT", "production"));

        Assert.Equal(3, settings.Problems.Length);
        Assert.Single(settings.Warnings);
    }

    [Fact]
    public void outside_production_a_short_secret_and_plain_cookies_only_warn()
    {
        var settings = Read(("JWT_SECRET", "forTestingPurposesOnly"), ("SECURE", "false"));

        Assert.Empty(settings.Problems);
        Assert.Equal(2, settings.Warnings.Length);
        Assert.DoesNotContain(settings.Warnings, static warning => warning.Contains("forTestingPurposesOnly", StringComparison.Ordinal));
    }

    [Fact]
    public void a_public_domain_written_as_an_address_is_reduced_to_its_host()
    {
        var settings = Read(("PUBLIC_DOMAIN", "https://Login.example.com/"));

        Assert.Equal("login.example.com", settings.PublicDomain);
        Assert.Single(settings.Warnings);
    }

    [Fact]
    public void the_printed_settings_hold_no_secret()
    {
        var printed = Production(("REDIS_PASSWORD", "hunter2hunter2")).ToString();

        Assert.DoesNotContain(Strong, printed, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void certificates_of_the_cluster_are_three_files_or_none()
    {
        var all = Read(("ORLEANS_TLS_CERTIFICATE", "/c.pem"), ("ORLEANS_TLS_KEY", "/k.pem"), ("ORLEANS_TLS_CA", "/ca.pem"));
        var half = Read(("ORLEANS_TLS_CERTIFICATE", "/c.pem"), ("ORLEANS_TLS_KEY", "/k.pem"));

        Assert.Equal(new TlsFiles("/c.pem", "/k.pem", "/ca.pem"), all.ClusterTls);
        Assert.Empty(all.Problems);
        Assert.Contains("belong together", Assert.Single(half.Problems), StringComparison.Ordinal);
        Assert.Null(Read().ClusterTls);
    }

    [Fact]
    public void redis_takes_an_authority_alone_but_no_certificate_without_its_key()
    {
        var authority = Read(("REDIS_TLS_CA", "/ca.pem"));
        var keyless = Read(("REDIS_TLS_CERTIFICATE", "/c.pem"));

        Assert.Equal(new TlsFiles(null, null, "/ca.pem"), authority.RedisTls);
        Assert.Empty(authority.Problems);
        Assert.Contains("REDIS_TLS_KEY", Assert.Single(keyless.Problems), StringComparison.Ordinal);
        Assert.Null(Read().RedisTls);
    }

    [Fact]
    public void replicas_are_waited_for_only_where_somebody_asks_for_it()
    {
        Assert.Equal(0, Read().RedisReplicas);
        Assert.Equal(2, Read(("REDIS_REPLICAS", "2")).RedisReplicas);
        Assert.Single(Read(("REDIS_REPLICAS", "-1")).Warnings);
    }

    [Theory]
    [InlineData("redis", "sentinel:26379, serviceName=primary", "0", "REDIS_REPLICAS is 0")]
    [InlineData("redis", "sentinel:26379,serviceName=primary", "1", null)]
    [InlineData("redis", "redis:6379,name=serviceName=none", "0", null)]
    [InlineData("memory", "sentinel:26379,serviceName=primary", "0", "STORAGE=memory with CLUSTERING=redis")]
    public void storage_that_forgets_with_one_of_its_parts_is_warned_of(string storage, string address, string replicas, string? warning)
    {
        var settings = Read(("CLUSTERING", "redis"), ("STORAGE", storage), ("REDIS_URI", address), ("REDIS_REPLICAS", replicas));

        Assert.Empty(settings.Problems);
        Assert.Equal(warning is not null, settings.Warnings.Length == 1);
        Assert.All(settings.Warnings, told => Assert.Contains(warning!, told, StringComparison.Ordinal));
    }
}
