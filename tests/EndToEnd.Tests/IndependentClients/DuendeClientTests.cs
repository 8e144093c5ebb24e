using Duende.IdentityModel;
using Duende.IdentityModel.Client;
using Duende.IdentityModel.OidcClient;
using Duende.IdentityModel.OidcClient.Browser;
using Duende.IdentityModel.OidcClient.Results;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Uitsmijter.Actors.EndToEnd.Tests.Conformance;

namespace Uitsmijter.Actors.EndToEnd.Tests.IndependentClients;

/// <summary>Duende's client for native applications, which pushes its requests by itself, and the requests of its base library.</summary>
/// <param name="worlds">The servers.</param>
public sealed class DuendeClientTests(Worlds worlds)
{
    /// <summary>How the client proves itself, and whether over Redis.</summary>
    public static TheoryData<string, bool> Ways => new()
    {
        { "basic", false }, { "basic", true }, { "post", false }, { "post", true }, { "none", false }, { "none", true },
    };

    /// <summary>As <see cref="Ways"/>, with a secret.</summary>
    public static TheoryData<string, bool> SecretWays => new() { { "basic", false }, { "basic", true }, { "post", false }, { "post", true } };

    [Theory, MemberData(nameof(Ways))]
    public async Task an_application_logs_in_reads_the_profile_and_refreshes(string method, bool overRedis)
    {
        using var person = new Person();
        var client = new OidcClient(Options(await World(overRedis), method, person));

        var login = await client.LoginAsync(new LoginRequest(), TestContext.Current.CancellationToken);
        Assert.False(login.IsError, $"{login.Error}: {login.ErrorDescription}");
        var refreshed = await client.RefreshTokenAsync(login.RefreshToken, cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(refreshed.IsError, $"{refreshed.Error}: {refreshed.ErrorDescription}");
        var profile = await client.GetUserInfoAsync(refreshed.AccessToken, TestContext.Current.CancellationToken);

        Assert.Equal(Certification.Subject, login.User.FindFirst("sub")!.Value);
        Assert.Equal(Certification.User, login.User.FindFirst("email")!.Value);
        Assert.NotEqual(login.AccessToken, refreshed.AccessToken);
        Assert.NotEqual(login.RefreshToken, refreshed.RefreshToken);
        Assert.Contains(profile.Claims, static claim => claim is { Type: "email", Value: Certification.User });
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task an_application_signs_what_it_says_of_itself(bool overRedis)
    {
        using var person = new Person();
        var world = await World(overRedis);
        var options = Options(world, "none", person);
        options.ClientId = Certification.ByPrivateKey;
        options.GetClientAssertionAsync = () => Task.FromResult(Assertion(world));
        var client = new OidcClient(options);

        var login = await client.LoginAsync(new LoginRequest(), TestContext.Current.CancellationToken);
        Assert.False(login.IsError, $"{login.Error}: {login.ErrorDescription}");
        var refreshed = await client.RefreshTokenAsync(login.RefreshToken, cancellationToken: TestContext.Current.CancellationToken);
        Assert.False(refreshed.IsError, $"{refreshed.Error}: {refreshed.ErrorDescription}");

        // And it is the signature that counted.
        options.GetClientAssertionAsync = () => Task.FromResult(new ClientAssertion { Type = OidcConstants.ClientAssertionTypes.JwtBearer, Value = Assertion(world).Value![..^8] + "AAAAAAAA" });
        Assert.Equal("Unauthorized", (await client.RefreshTokenAsync(refreshed.RefreshToken, cancellationToken: TestContext.Current.CancellationToken)).Error);
        Assert.Equal(Certification.Subject, login.User.FindFirst("sub")!.Value);
    }

    /// <summary>The base library carries proofs and tells the nonce; making the proof anew is the application's part.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task an_application_binds_its_tokens_with_the_nonce_the_answer_tells(bool overRedis)
    {
        using var http = new HttpClient();
        using var key = new TestKit.DpopKey();
        var stop = TestContext.Current.CancellationToken;
        var metadata = await http.GetDiscoveryDocumentAsync((await World(overRedis)).Issuer, stop);
        Task<TokenResponse> Ask(string? nonce) => http.RequestPasswordTokenAsync(
            Proven(new PasswordTokenRequest
            {
                Address = metadata.TokenEndpoint, UserName = Certification.User, Password = Certification.Password, Scope = "openid", DPoPProofToken = key.Proof("POST", metadata.TokenEndpoint!, nonce: nonce),
            }, "basic"), stop);

        var first = await Ask(nonce: null);
        var second = await Ask(first.DPoPNonce);
        Assert.False(second.IsError, $"{second.Error}: {second.ErrorDescription}");
        using var request = new HttpRequestMessage(HttpMethod.Get, metadata.UserInfoEndpoint);
        request.SetDPoPToken(second.AccessToken!, key.Proof("GET", metadata.UserInfoEndpoint!, nonce: second.DPoPNonce ?? first.DPoPNonce, accessToken: second.AccessToken));
        using var answer = await http.SendAsync(request, stop);
        var asBearer = await http.GetUserInfoAsync(new UserInfoRequest { Address = metadata.UserInfoEndpoint, Token = second.AccessToken }, stop);

        Assert.Equal("use_dpop_nonce", first.Error);
        Assert.Equal("DPoP", second.TokenType);
        Assert.Contains(Certification.Subject, await answer.Content.ReadAsStringAsync(stop), StringComparison.Ordinal);
        Assert.True(asBearer.IsError);
    }

    [Theory, MemberData(nameof(SecretWays))]
    public async Task an_application_gets_a_token_of_its_own_asks_about_it_and_ends_it(string method, bool overRedis)
    {
        using var http = new HttpClient();
        var world = await World(overRedis);
        var metadata = await http.GetDiscoveryDocumentAsync(world.Issuer, TestContext.Current.CancellationToken);
        Assert.False(metadata.IsError, metadata.Error);

        var token = await http.RequestClientCredentialsTokenAsync(
            Proven(new ClientCredentialsTokenRequest { Address = metadata.TokenEndpoint, Scope = "orders:read" }, method), TestContext.Current.CancellationToken);
        Assert.False(token.IsError, $"{token.Error}: {token.ErrorDescription}");
        var before = await http.IntrospectTokenAsync(Introspection(), TestContext.Current.CancellationToken);
        var revoked = await http.RevokeTokenAsync(
            Proven(new TokenRevocationRequest { Address = metadata.RevocationEndpoint, Token = token.AccessToken! }, method), TestContext.Current.CancellationToken);
        await OAuth.CodeFlow.Until(async () => !(await http.IntrospectTokenAsync(Introspection())).IsActive);

        Assert.Equal("orders:read", token.Scope);
        Assert.True(before.IsActive, before.Error);
        Assert.False(revoked.IsError, revoked.Error);

        TokenIntrospectionRequest Introspection() => Proven(new TokenIntrospectionRequest { Address = metadata.IntrospectionEndpoint, Token = token.AccessToken! }, method);
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task an_application_signs_a_person_out(string method, bool overRedis)
    {
        using var person = new Person();
        var options = Options(await World(overRedis), method, person);
        options.PostLogoutRedirectUri = Certification.LoopbackCallback;
        var client = new OidcClient(options);
        var login = await client.LoginAsync(new LoginRequest(), TestContext.Current.CancellationToken);

        var logout = await client.LogoutAsync(new LogoutRequest { IdTokenHint = login.IdentityToken, State = "bye" }, TestContext.Current.CancellationToken);
        var again = await client.LoginAsync(new LoginRequest(), TestContext.Current.CancellationToken);

        Assert.False(logout.IsError, $"{logout.Error}: {logout.ErrorDescription}");
        Assert.Equal(Certification.LoopbackCallback + "?state=bye", logout.Response);
        Assert.False(again.IsError, $"{again.Error}: {again.ErrorDescription}");
        Assert.Equal(2, person.Logins);
    }

    [Theory, MemberData(nameof(SecretWays))]
    public async Task an_application_passes_a_password_on_exchanges_the_token_and_connects_a_device(string method, bool overRedis)
    {
        using var http = new HttpClient();
        using var person = new Person();
        var stop = TestContext.Current.CancellationToken;
        var metadata = await http.GetDiscoveryDocumentAsync((await World(overRedis)).Issuer, stop);

        var password = await http.RequestPasswordTokenAsync(
            Proven(new PasswordTokenRequest { Address = metadata.TokenEndpoint, UserName = Certification.User, Password = Certification.Password, Scope = "openid orders:read" }, method), stop);
        Assert.False(password.IsError, $"{password.Error}: {password.ErrorDescription}");
        var actor = await http.RequestClientCredentialsTokenAsync(Proven(new ClientCredentialsTokenRequest { Address = metadata.TokenEndpoint }, method), stop);
        const string accessToken = "urn:ietf:params:oauth:token-type:access_token";
        var exchanged = await http.RequestTokenExchangeTokenAsync(
            Proven(new TokenExchangeTokenRequest
            {
                Address = metadata.TokenEndpoint, SubjectToken = password.AccessToken!, SubjectTokenType = accessToken, ActorToken = actor.AccessToken!, ActorTokenType = accessToken, Audience = "stock",
            }, method), stop);
        var device = await http.RequestDeviceAuthorizationAsync(Proven(new DeviceAuthorizationRequest { Address = metadata.DeviceAuthorizationEndpoint, Scope = "openid" }, method), stop);
        Assert.False(device.IsError, $"{device.Error}: {device.ErrorDescription}");
        await person.Visit(new Uri(device.VerificationUriComplete!), "http://nowhere.test/");
        var connected = await http.RequestDeviceTokenAsync(Proven(new DeviceTokenRequest { Address = metadata.TokenEndpoint, DeviceCode = device.DeviceCode! }, method), stop);

        Assert.Equal(Certification.Subject, new JsonWebToken(password.IdentityToken).Subject);
        Assert.False(exchanged.IsError, $"{exchanged.Error}: {exchanged.ErrorDescription}");
        Assert.Equal((Certification.Subject, "stock"), (new JsonWebToken(exchanged.AccessToken).Subject, new JsonWebToken(exchanged.AccessToken).Audiences.Single()));
        Assert.False(connected.IsError, $"{connected.Error}: {connected.ErrorDescription}");
        Assert.Equal(Certification.Subject, new JsonWebToken(connected.IdentityToken).Subject);
    }

    private static ClientAssertion Assertion(World world) =>
        new() { Type = OidcConstants.ClientAssertionTypes.JwtBearer, Value = ClientKey.Assertion(Certification.ByPrivateKey, world.Issuer) };

    private static T Proven<T>(T request, string method)
        where T : ProtocolRequest
    {
        (request.ClientId, request.ClientSecret) = (Certification.First, Certification.Secret);
        request.ClientCredentialStyle = StyleOf(method);
        return request;
    }

    private static ClientCredentialStyle StyleOf(string method) => method == "basic" ? ClientCredentialStyle.AuthorizationHeader : ClientCredentialStyle.PostBody;

    private static OidcClientOptions Options(World world, string method, Person person) => new()
    {
        Authority = world.Issuer,
        ClientId = method == "none" ? Certification.Public : Certification.First,
        ClientSecret = method == "none" ? null : Certification.Secret,
        TokenClientCredentialStyle = StyleOf(method),
        RedirectUri = Certification.LoopbackCallback,
        Scope = "openid email offline_access",
        Browser = new BrowserOf(person),
        LoadProfile = true,
        IdentityTokenValidator = new SignatureCheck(),
    };

    private async Task<World> World(bool overRedis)
    {
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        return await (overRedis ? worlds.OverRedis : worlds.Embedded);
    }

    /// <summary>Duende's library opens what it takes for a system browser.</summary>
    private sealed class BrowserOf(Person person) : IBrowser
    {
        public async Task<BrowserResult> InvokeAsync(BrowserOptions options, CancellationToken cancellationToken = default)
        {
            var arrival = await person.Visit(new Uri(options.StartUrl), options.EndUrl);
            return arrival.IsAtClient
                ? new BrowserResult { ResultType = BrowserResultType.Success, Response = arrival.Address.AbsoluteUri }
                : new BrowserResult { ResultType = BrowserResultType.UnknownError, Error = $"{arrival.Status} {arrival.Page}" };
        }
    }

    /// <summary>The library leaves signatures to whoever uses it; here Microsoft's library checks them.</summary>
    private sealed class SignatureCheck : IIdentityTokenValidator
    {
        public async Task<IdentityTokenValidationResult> ValidateAsync(string identityToken, OidcClientOptions options, CancellationToken cancellationToken = default)
        {
            using var http = new HttpClient();
            var keys = await http.GetJsonWebKeySetAsync(options.Authority + "/.well-known/jwks.json", cancellationToken);
            var verdict = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(identityToken, new TokenValidationParameters
            {
                ValidIssuer = options.Authority,
                ValidAudience = options.ClientId,
                IssuerSigningKeys = new Microsoft.IdentityModel.Tokens.JsonWebKeySet(keys.Raw).GetSigningKeys(),
            });
            return verdict.IsValid
                ? new IdentityTokenValidationResult { User = new(verdict.ClaimsIdentity), SignatureAlgorithm = ((JsonWebToken)verdict.SecurityToken).Alg }
                : new IdentityTokenValidationResult { Error = verdict.Exception.Message };
        }
    }
}
