using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.GrainInterfaces.Tests;

/// <summary>One filled instance of every message. Dictionaries have one entry: their order is not part of the contract.</summary>
internal static class Messages
{
    private static readonly Guid _ident = new("143a3135-5de2-46d4-828d-ddcf20a7d5f1");
    private static readonly DateTimeOffset _instant = The.Instant;
    private static readonly SymmetricKey _key = new("k1", [1, 2, 3]);

    private static readonly PublicSigningKey _public = new()
    {
        Kid = "kid",
        Algorithm = SigningAlgorithm.ES256,
        Spki = [4, 5],
        Stage = SigningKeyStage.VerifyOnly,
    };

    private static readonly SealingKey _sealing = new()
    {
        Id = _ident,
        CreatedAt = _instant,
        ActivatesAt = _instant.AddDays(1),
        ExpiresAt = _instant.AddDays(2),
        Secret = [9, 8],
    };

    private static readonly Tenant _tenant = new()
    {
        Name = "cheese/shop",
        Namespace = "cheese",
        Hosts = ["shop.example.test", "*.example.test"],
        Informations = new() { ImprintUrl = "https://i.test", PrivacyUrl = "https://p.test", RegisterUrl = "https://r.test" },
        Interceptor = new()
        {
            Enabled = false,
            Domain = "login.example.test",
            Cookie = ".example.test",
            Headers = [new IdentityHeader("X-Mail", "profile.email")],
            PublicPaths = ["/public/**"],
            AllowPreflight = true,
            AcceptSharedSecretBearer = true,
            RedirectStatus = 302,
        },
        SilentLogin = false,
        Algorithm = SigningAlgorithm.PS256,
        Issuer = "https://issuer.test",
        AllowedClientNamespaces = ["*"],
        Pages = new()
        {
            ContentSecurityPolicy = "default-src 'self'",
            Texts = ImmutableDictionary<string, ImmutableDictionary<string, string>>.Empty
                .Add("en_EN", ImmutableDictionary<string, string>.Empty.Add("login.title", "Cheese")),
        },
        Sessions = new() { IdleLimit = TimeSpan.FromMinutes(30), AbsoluteLimit = TimeSpan.FromDays(10) },
        CookieSuffix = "-cheese",
    };

    private static readonly TenantEntry _tenantEntry = new()
    {
        Tenant = _tenant,
        Providers = ["class UserLoginProvider {}"],
        Scripts = new() { AllowedHosts = ["*.corp.test:443"], ResolveErrorStatus = true },
        Templates = new() { AccessKeyId = "id", SecretAccessKey = "key", Bucket = "b", Host = "https://s3.test", Path = "p", Region = "eu" },
        Source = "Tenants/cheese.yaml",
    };

    private static readonly Client _client = new()
    {
        Ident = _ident,
        Name = "shop",
        Namespace = "cheese",
        TenantName = "cheese/shop",
        RedirectUrls = ["https://shop.example.test/callback"],
        GrantTypes = ["device_code"],
        Scopes = ["openid"],
        AllowedProviderScopes = ["cheese:*"],
        Referrers = ["https://shop.example.test/.*"],
        IsConfidential = true,
        IsPkceOnly = true,
        DeviceGrant = new() { ExpiresIn = TimeSpan.FromMinutes(5), Interval = TimeSpan.FromSeconds(7), VerificationUri = "https://a.test" },
        AllowPlainPkce = true,
    };

    private static readonly ClientEntry _clientEntry = new() { Client = _client, SecretDigest = "00ff", Source = "Clients/shop.yaml" };

    private static readonly CatalogRetention _retention = new(["cheese/shop"], [_ident]);

    private static readonly RevocationEntry _revocation = new(RevocationKind.Grant, "id", _instant);

    private static readonly OpenSession _open = new()
    {
        Tenant = "cheese/shop",
        Subject = "ada",
        User = "ada@cheese.test",
        Role = "taster",
        ProfileJson = """{"name":"Ada"}""",
        ProviderScopes = ["cheese:read"],
        Mode = "interceptor",
        Responsibility = "b1d5",
        CookieLife = TimeSpan.FromDays(7),
        IdleLimit = TimeSpan.FromHours(1),
        AbsoluteLimit = TimeSpan.FromDays(30),
    };

    private static readonly Session _session = new()
    {
        Sid = "sid",
        Tenant = "cheese/shop",
        Subject = "ada",
        User = "ada@cheese.test",
        Role = "taster",
        ProfileJson = """{"name":"Ada"}""",
        ProviderScopes = ["cheese:read"],
        Mode = "interceptor",
        Responsibility = "b1d5",
        AuthTime = _instant,
        ExpiresAt = _instant.AddDays(7),
    };

    /// <summary>The instances; each message type has at least one.</summary>
    public static ImmutableArray<object> All { get; } =
    [
        _tenant, _tenant.Informations, _tenant.Interceptor, _tenant.Interceptor.Headers[0], _tenant.Pages, _tenant.Sessions,
        _tenantEntry, _tenantEntry.Scripts, _tenantEntry.Templates!, _client, _client.DeviceGrant!, _clientEntry,
        new ConfigurationProblem("UA1001", "a.yaml", 7, "config.hosts[1]", "Wrong.", ProblemSeverity.Warning),
        new CatalogChange { Tenants = [_tenantEntry], Clients = [_clientEntry], RemovedTenants = ["old"], RemovedClients = [_ident], Retain = _retention },
        _retention,
        new CatalogPage { Epoch = 1, Version = 2, More = true, Loaded = true, Tenants = [_tenant], Clients = [_client], RemovedTenants = ["old"], RemovedClients = [_ident] },
        new CatalogEntriesPage { Epoch = 1, Version = 2, More = true, Loaded = true, Tenants = [_tenantEntry], Clients = [_clientEntry], RemovedTenants = ["old"], RemovedClients = [_ident] },
        _revocation, new RevocationPage { Epoch = 1, Number = 2, More = true, Entries = [_revocation] },
        _open, _session, new SessionOutcome.Alive(_session), new SessionOutcome.Gone(),
        _key, _public, _sealing, new SealingKeys([_sealing], _instant),
        new SigningRequest { Type = "at+jwt", ClaimsJson = "{}", Algorithm = SigningAlgorithm.RS256 },
        new SealedSigningKey { Kid = "kid", Algorithm = SigningAlgorithm.ES256, SealedPkcs8 = [6, 7], RefreshAt = _instant },
        new TenantKeys { Tenant = "cheese/shop", CookieKeys = [_key], SharedSecrets = [_key], SigningKeys = [_public], NameKey = _key, RefreshAt = _instant },
        new MadeSecrets { JwtSecret = "jwt", KeyEncryptionSecret = "encryption" },
        new ThrottleVerdict(true, TimeSpan.FromSeconds(9)),
        new LoginRequest { Username = "ada", Password = "cheddar", GrantType = "interceptor" },
        new LoginOutcome.Approved { Subject = "ada", Role = "taster", ProfileJson = "{}", Scopes = ["cheese:read"] },
        new LoginOutcome.Denied(), new LoginOutcome.Failed(ScriptFailure.TimedOut),
        new ValidationOutcome.Valid(), new ValidationOutcome.Invalid(), new ValidationOutcome.Failed(ScriptFailure.Busy),
    ];
}
