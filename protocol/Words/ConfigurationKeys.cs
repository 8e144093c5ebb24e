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
    internal const string RequiredAcr = "required_acr";
    internal const string MaxAuthAge = "max_auth_age";

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

    internal const string File = "file";
    internal const string Environment = "env";
    internal const string AuthenticationMethod = "token_endpoint_auth_method";
    internal const string Jwks = "jwks";
    internal const string JwksUri = "jwks_uri";
    internal const string RequirePushedRequests = "require_pushed_authorization_requests";
    internal const string DpopBound = "dpop_bound_access_tokens";
    internal const string RequireConsent = "require_consent";
    internal const string PostLogoutRedirectUrls = "post_logout_redirect_urls";
    internal const string FrontChannelLogoutUri = "frontchannel_logout_uri";
    internal const string FrontChannelLogoutSession = "frontchannel_logout_session_required";
    internal const string BackChannelLogoutUri = "backchannel_logout_uri";
    internal const string BackChannelLogoutSession = "backchannel_logout_session_required";
    internal const string Resources = "resources";
    internal const string Introspection = "introspection";
    internal const string IdTokenAlgorithm = "id_token_signed_response_alg";

    internal const string TokenLives = "token_lives";
    internal const string AccessTokenSeconds = "access_token_seconds";
    internal const string RefreshIdleSeconds = "refresh_idle_seconds";
    internal const string RefreshAbsoluteSeconds = "refresh_absolute_seconds";
    internal const string RefreshGraceSeconds = "refresh_grace_seconds";

    internal const string TokenExchange = "token_exchange";
    internal const string SubjectClients = "subject_clients";
    internal const string AllowImpersonation = "allow_impersonation";
    internal const string Audiences = "audiences";

    internal const string DisplayName = "display_name";
    internal const string ClientUri = "client_uri";
    internal const string PolicyUri = "policy_uri";
    internal const string TermsUri = "tos_uri";
}
