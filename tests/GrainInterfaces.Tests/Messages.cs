using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
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
            Requirement = new() { AcrValues = ["gold"], MaxAge = TimeSpan.FromMinutes(15) },
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
        Templates = new() { AccessKeyId = "id", SealedSecretAccessKey = "sealed", Bucket = "b", Host = "https://s3.test", Path = "p", Region = "eu" },
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
        AuthenticationMethod = "private_key_jwt",
        JwksJson = """{"keys":[]}""",
        JwksUri = "https://shop.example.test/keys",
        RequirePushedRequests = true,
        RequireDpop = true,
        RequireConsent = true,
        PostLogoutRedirectUrls = ["https://shop.example.test/bye"],
        Logout = new()
        {
            FrontChannelUri = "https://shop.example.test/front",
            FrontChannelSession = true,
            BackChannelUri = "https://shop.example.test/back",
            BackChannelSession = true,
        },
        Resources = ["https://api.example.test"],
        TokenLives = new()
        {
            AccessToken = TimeSpan.FromMinutes(5),
            RefreshIdle = TimeSpan.FromHours(3),
            RefreshAbsolute = TimeSpan.FromDays(9),
            RefreshGrace = TimeSpan.FromSeconds(2),
        },
        TokenExchange = new() { SubjectClients = [_ident], AllowImpersonation = true, Audiences = ["api"] },
        Informations = new() { DisplayName = "Shop", Uri = "https://shop.example.test", PolicyUri = "https://p.test", TermsUri = "https://t.test" },
        Introspection = IntrospectionReach.Tenant,
        IdTokenAlgorithm = SigningAlgorithm.PS256,
    };

    private static readonly ClientEntry _clientEntry = new() { Client = _client, SecretDigest = "00ff", Source = "Clients/shop.yaml", SealedSecret = [3, 2] };

    private static readonly CatalogRetention _retention = new(["cheese/shop"], [_ident]);

    private static readonly RevocationEntry _revocation = new(RevocationKind.Grant, "id", _instant);

    private static readonly SessionTerms _sessionTerms = new()
    {
        Mode = "interceptor",
        Responsibility = "b1d5",
        CookieLife = TimeSpan.FromDays(7),
        IdleLimit = TimeSpan.FromHours(1),
        AbsoluteLimit = TimeSpan.FromDays(30),
        Browser = "Firefox · Windows",
        HasNoCookie = true,
        Requirement = new() { AcrValues = ["gold"], MaxAge = TimeSpan.FromMinutes(15) },
    };

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
        Acr = "gold",
        Amr = ["otp"],
        Browser = "Firefox · Windows",
        HasNoCookie = true,
    };

    private static readonly GiveGrant _gift = new() { Tenant = "cheese/shop", Client = _ident, Consented = ["openid"], ConsentedClaims = ["email"], ConsentedResources = ["r"] };

    private static readonly GivenClient _given = new(_ident, ["openid"]) { ConsentedClaims = ["email"], ConsentedResources = ["r"] };

    private static readonly OAuthError _error = OAuthError.InvalidGrant("Spent.");

    private static readonly GrantFacts _facts = new()
    {
        Tenant = "cheese/shop",
        Client = _ident,
        ClientId = "143A3135-5DE2-46D4-828D-DDCF20A7D5F1",
        Sid = "sid",
        Subject = "ada",
        User = "ada@cheese.test",
        Role = "taster",
        ProfileJson = """{"name":"Ada"}""",
        Scopes = ["openid"],
        AuthTime = _instant,
        Nonce = "n",
        Acr = "gold",
        Amr = ["otp"],
        ClaimsJson = "{}",
        Resources = ["https://api.example.test"],
        Jkt = "thumb",
        ActorJson = """{"sub":"bob"}""",
        ProviderScopes = ["openid"],
        IsOffline = true,
        EndsAt = _instant.AddDays(1),
    };

    private static readonly MintTerms _terms = new() { PublicDomain = "login.test", AccessTokenLife = TimeSpan.FromHours(2), RefreshTokenLife = TimeSpan.FromDays(30) };

    private static readonly TokenSet _tokens = new()
    {
        AccessToken = "cheddar-access",
        TokenType = "Bearer",
        ExpiresIn = TimeSpan.FromHours(2),
        Scope = "openid",
        RefreshToken = "cheddar-refresh",
        IdToken = "cheddar-id",
        IssuedTokenType = "urn:t",
        ClientName = "shop",
        Tenant = "cheese/shop",
        Subject = "ada",
    };

    private static readonly ClientProof _proof = new()
    {
        ClientId = "143A3135-5DE2-46D4-828D-DDCF20A7D5F1",
        Kind = ClientProofKind.Post,
        Secret = "cheddar",
        Assertion = "cheddar.assertion",
        Audiences = ["https://login.test"],
    };

    private static readonly ProofUse _use = new("00ff", _instant);

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
        Acr = "gold",
        Amr = ["otp"],
        AbsoluteEnd = _instant.AddDays(30),
        Clients = [_given],
        Browser = "Firefox · Windows",
        LastSeen = _instant.AddDays(1),
        HasNoCookie = true,
    };

    private static readonly OfflineGrant _offline = new("gid", _ident, _instant);

    /// <summary>The instances; each message type has at least one.</summary>
    public static ImmutableArray<object> All { get; } =
    [
        _tenant, _tenant.Informations, _tenant.Interceptor, _tenant.Interceptor.Headers[0], _tenant.Interceptor.Requirement!, _tenant.Pages, _tenant.Sessions,
        _tenantEntry, _tenantEntry.Scripts, _tenantEntry.Templates!, _client, _client.DeviceGrant!, _clientEntry,
        new ConfigurationProblem("UA1001", "a.yaml", 7, "config.hosts[1]", "Wrong.", ProblemSeverity.Warning),
        new CatalogChange { Tenants = [_tenantEntry], Clients = [_clientEntry], RemovedTenants = ["old"], RemovedClients = [_ident], Retain = _retention, Known = new(1, 2) },
        _retention,
        new CatalogPosition(1, 2),
        new CatalogPage { Epoch = 1, Version = 2, More = true, Loaded = true, Tenants = [_tenant], Clients = [_client], RemovedTenants = ["old"], RemovedClients = [_ident] },
        new CatalogEntriesPage { Epoch = 1, Version = 2, More = true, Loaded = true, Tenants = [_tenantEntry], Clients = [_clientEntry], RemovedTenants = ["old"], RemovedClients = [_ident] },
        _revocation, new RevocationPage { Epoch = 1, Number = 2, More = true, Entries = [_revocation] },
        _client.Logout, _client.TokenLives, _client.TokenExchange!, _client.Informations,
        new SiloClock("10.0.0.7:11111", _instant),
        _gift, _given, _error, _facts, _terms, _tokens, _proof, _use, new TokenOutcome.Issued(_tokens), new TokenOutcome.Refused(_error),
        new ClientVerdict.Proven(_client), new ClientVerdict.Refused(_error),
        new IssueCode { Facts = _facts, RedirectUri = "https://shop.example.test/callback", Challenge = "c", ChallengeMethod = "S256", Life = TimeSpan.FromMinutes(1) },
        new RedeemCode { Client = _proof, RedirectUri = "https://shop.example.test/callback", Verifier = "cheddar", ChallengeMethod = "S256", Resources = ["r"], Jkt = "thumb", Terms = _terms, Proof = _use },
        new PushedRequest { Tenant = "cheese/shop", Client = _ident, Parameters = [new PushedParameter("state", "s")] }, new PushedParameter("state", "s"),
        new OpenGrant { Facts = _facts, Resources = ["r"], WithRefreshToken = true, Terms = _terms },
        new RefreshGrant { Client = _proof, Secret = "cheddar", Scopes = ["openid"], Resources = ["r"], Jkt = "thumb", Terms = _terms, AllowMissingProvider = true, Proof = _use },
        new GrantView(_facts, _instant, _instant.AddDays(30)),
        new MintTokens { Facts = _facts, Terms = _terms, NotAfter = _instant, Audiences = ["api"], GrantId = "gid" },
        new StartDevice { Tenant = "cheese/shop", Client = _ident, Scopes = ["openid"], Resources = ["r"], Life = TimeSpan.FromMinutes(30), Interval = TimeSpan.FromSeconds(5) },
        new DeviceView(_ident, ["openid"], ["r"], true),
        new PollDevice { Client = _proof, Jkt = "thumb", Terms = _terms, Proof = _use },
        new ActivityReport { Source = "process", Number = 7, Begun = 3, Ended = 2, Denied = 1, LastUse = _instant, LastDenied = _instant.AddDays(1) },
        new Activity { OpenSessions = 1, BegunSessions = 3, Denied = 1, LastUse = _instant, LastDenied = _instant.AddDays(1) },
        new SubjectView([_session], [_offline]), _offline, new SignedOut(2, 1),
        _open, _session, new SessionOutcome.Alive(_session), new SessionOutcome.Gone(),
        _key, _public, _sealing, new SealingKeys([_sealing], _instant),
        new SigningRequest { Type = "at+jwt", ClaimsJson = "{}", Algorithm = SigningAlgorithm.RS256 },
        new SealedSigningKey { Kid = "kid", Algorithm = SigningAlgorithm.ES256, SealedPkcs8 = [6, 7], RefreshAt = _instant },
        new TenantKeys { Tenant = "cheese/shop", CookieKeys = [_key], SharedSecrets = [_key], SigningKeys = [_public], NameKey = _key, RefreshAt = _instant },
        new MadeSecrets { JwtSecret = "jwt", KeyEncryptionSecret = "encryption" },
        new ThrottleVerdict(true, TimeSpan.FromSeconds(9)),
        new LoginRequest { Username = "ada", Password = "cheddar", GrantType = "interceptor", AcrValues = ["gold"] },
        _sessionTerms,
        new AttemptLogin
        {
            Credentials = new() { Username = "ada", Password = "cheddar", GrantType = "interceptor", AcrValues = ["gold"] },
            NetworkCounter = "cheese/shop|network|00ff",
            NameCounter = "cheese/shop|user|ff00",
            IsKnownBrowser = true,
            Terms = _sessionTerms,
        },
        new AttemptOutcome.LoggedIn(_session), new AttemptOutcome.Denied(), new AttemptOutcome.TooWeak(), new AttemptOutcome.Failed(ScriptFailure.Busy),
        new AttemptOutcome.Throttled(true, TimeSpan.FromSeconds(9)),
        new ValidationOutcome.Valid(), new ValidationOutcome.Invalid(), new ValidationOutcome.Failed(ScriptFailure.Busy),
    ];
}
