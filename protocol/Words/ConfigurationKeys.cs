namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Keys of tenants and clients as people write them (contract configuration.md §1.1–1.3, and the design's additions).</summary>
internal static class ConfigurationKeys
{
    internal const string ApiVersion = "apiVersion";
    internal const string Kind = "kind";
    internal const string Metadata = "metadata";
    internal const string Spec = "spec";
    internal const string Name = "name";
    internal const string Config = "config";

    internal const string Hosts = "hosts";
    internal const string Providers = "providers";
    internal const string SilentLogin = "silent_login";
    internal const string JwtAlgorithm = "jwt_algorithm";
    internal const string Issuer = "issuer";
    internal const string AllowedClientNamespaces = "allowed_client_namespaces";
    internal const string Texts = "texts";

    internal const string Informations = "informations";
    internal const string ImprintUrl = "imprint_url";
    internal const string PrivacyUrl = "privacy_url";
    internal const string RegisterUrl = "register_url";

    internal const string Interceptor = "interceptor";
    internal const string Enabled = "enabled";
    internal const string Domain = "domain";
    internal const string Cookie = "cookie";
    internal const string Headers = "headers";
    internal const string PublicPaths = "public_paths";
    internal const string AllowPreflight = "allow_preflight";
    internal const string AcceptSharedSecretBearer = "accept_shared_secret_bearer";
    internal const string RedirectStatus = "redirect_status";

    internal const string Templates = "templates";
    internal const string AccessKeyId = "access_key_id";
    internal const string SecretAccessKey = "secret_access_key";
    internal const string Bucket = "bucket";
    internal const string Host = "host";
    internal const string Path = "path";
    internal const string Region = "region";
    internal const string Csp = "csp";

    internal const string Scripts = "scripts";
    internal const string AllowedHosts = "allowed_hosts";
    internal const string ResolveErrorStatus = "resolve_error_status";

    internal const string Sessions = "sessions";
    internal const string IdleMinutes = "idle_minutes";
    internal const string AbsoluteHours = "absolute_hours";

    internal const string Ident = "ident";
    internal const string TenantName = "tenantname";
    internal const string RedirectUrls = "redirect_urls";
    internal const string GrantTypes = "grant_types";
    internal const string Scopes = "scopes";
    internal const string AllowedProviderScopes = "allowedProviderScopes";
    internal const string Referrers = "referrers";
    internal const string Secret = "secret";
    internal const string IsPkceOnly = "isPkceOnly";
    internal const string AllowPlainPkce = "allow_plain_pkce";
    internal const string DeviceGrantConfig = "device_grant_config";
    internal const string ExpiresIn = "expires_in";
    internal const string Interval = "interval";
    internal const string VerificationUri = "verification_uri";
}
