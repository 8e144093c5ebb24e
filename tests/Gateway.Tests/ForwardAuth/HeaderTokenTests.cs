using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using System.Security.Cryptography;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>The token applications get: never the cookie, for one host, no longer than what it came from.</summary>
public sealed class HeaderTokenTests
{
    [Fact]
    public async Task an_hs256_token_has_the_contracts_claims_and_verifies_with_the_shared_secret()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese);

        var token = await TokenOf(gate, "cookbooks.example.com", cookie);

        var verdict = await new JsonWebTokenHandler { MapInboundClaims = false }.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidAudience = "cookbooks.example.com",
            ValidIssuer = "https://login.example.com",
            IssuerSigningKey = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Some.JwtSecret)),
            ValidAlgorithms = ["HS256"],
            ValidTypes = ["uitsmijter-header+jwt"],
            LifetimeValidator = static (_, _, _, _) => true,
        });
        Assert.True(verdict.IsValid, verdict.Exception?.Message);
        using var claims = JsonDocument.Parse(Some.Text(token.Split('.')[1]));
        Assert.Equal("subject-of-ada", claims.RootElement.GetProperty("sub").GetString());
        Assert.Equal("ada@example.com", claims.RootElement.GetProperty("user").GetString());
        Assert.Equal("user", claims.RootElement.GetProperty("role").GetString());
        Assert.Equal("", claims.RootElement.GetProperty("scope").GetString());
        Assert.Equal("cheese/cheese", claims.RootElement.GetProperty("tenant").GetString());
        Assert.Equal("dbf0dea75e338e296e034be7b3d69aab4407771f", claims.RootElement.GetProperty("responsibility").GetString());
        Assert.Equal("Köln", claims.RootElement.GetProperty("profile").GetProperty("city").GetString());
        Assert.Equal(The.Instant.AddHours(2).ToUnixTimeSeconds(), claims.RootElement.GetProperty("exp").GetInt64());
        Assert.False(claims.RootElement.TryGetProperty("sid", out _));
    }

    [Theory]
    [InlineData(SigningAlgorithm.RS256)]
    [InlineData(SigningAlgorithm.PS256)]
    [InlineData(SigningAlgorithm.ES256)]
    public async Task an_asymmetric_token_is_signed_in_a_silo_once_per_session_and_host(SigningAlgorithm algorithm)
    {
        var tenant = Some.Cheese with { Algorithm = algorithm };
        await using var gate = await Gate.Open([tenant]);
        var cookie = gate.CookieOf(tenant);

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TokenOf(gate, "cookbooks.example.com", cookie)));
        var other = await TokenOf(gate, "goat.example.com", cookie);

        Assert.Single(tokens.Distinct());
        Assert.NotEqual(tokens[0], other);
        Assert.Equal(2, gate.Cluster.Signatures);
        var key = gate.Cluster.KeysOf(tenant).SigningKeys[0];
        SecurityKey verify = algorithm == SigningAlgorithm.ES256 ? new ECDsaSecurityKey(Curve(key.Spki.AsSpan())) : new RsaSecurityKey(Rsa(key.Spki.AsSpan()));
        verify.KeyId = key.Kid;
        var verdict = await new JsonWebTokenHandler().ValidateTokenAsync(tokens[0], new TokenValidationParameters
        {
            ValidAudience = "cookbooks.example.com",
            ValidateIssuer = false,
            IssuerSigningKey = verify,
            ValidAlgorithms = [algorithm.ToString()],
            LifetimeValidator = static (_, _, _, _) => true,
        });
        Assert.True(verdict.IsValid, verdict.Exception?.Message);
    }

    [Fact]
    public async Task a_token_lives_no_longer_than_its_cookie()
    {
        await using var gate = await Gate.Open();

        var token = await TokenOf(gate, "cookbooks.example.com", gate.CookieOf(Some.Cheese, life: TimeSpan.FromMinutes(30)));

        Assert.Equal(The.Instant.AddMinutes(30).ToUnixTimeSeconds(), Expiry(token));
    }

    [Fact]
    public async Task a_token_is_replaced_before_it_ends_and_kept_until_then()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Ham, "page.ham.test");
        var first = await TokenOf(gate, "page.ham.test", cookie);
        await gate.Advance(TimeSpan.FromHours(1));
        var second = await TokenOf(gate, "page.ham.test", cookie);
        await gate.Advance(TimeSpan.FromMinutes(31));

        var third = await TokenOf(gate, "page.ham.test", cookie);
        await gate.Until(async () => Expiry(await TokenOf(gate, "page.ham.test", cookie)) > Expiry(first));

        Assert.Equal(first, second);
        Assert.Equal(first, third);
        Assert.Equal(2, gate.Cluster.Signatures);
    }

    [Fact]
    public async Task no_signature_no_entrance()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Ham, "page.ham.test");
        _ = await TokenOf(gate, "page.ham.test", cookie);
        gate.Cluster.IsDown = true;

        using var answer = await gate.Ask("page.ham.test", cookie: gate.CookieOf(Some.Ham, "page.ham.test", static session => session with { Subject = "another" }));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    [Trait("Attack", "29")]
    public async Task the_token_for_applications_opens_nothing_here()
    {
        await using var gate = await Gate.Open([Some.Cheese with { Interceptor = Some.Cheese.Interceptor with { AcceptSharedSecretBearer = true } }]);
        var token = await TokenOf(gate, "cookbooks.example.com", gate.CookieOf(Some.Cheese));

        using var asCookie = await gate.Ask("cookbooks.example.com", cookie: token);
        using var asBearer = await gate.Ask("cookbooks.example.com", headers: new() { ["Authorization"] = $"Bearer {token}" });

        Assert.Equal(HttpStatusCode.Redirect, asCookie.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, asBearer.StatusCode);
    }

    [Fact]
    public async Task the_cookie_itself_never_reaches_the_application()
    {
        await using var gate = await Gate.Open();
        var cookie = gate.CookieOf(Some.Cheese);

        using var answer = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.DoesNotContain(cookie, answer.Headers.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string> TokenOf(Gate gate, string host, string cookie)
    {
        using var answer = await gate.Ask(host, cookie: cookie);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.Headers.GetValues("Authorization").Single()["Bearer ".Length..];
    }

    private static long Expiry(string token)
    {
        using var claims = JsonDocument.Parse(Some.Text(token.Split('.')[1]));
        return claims.RootElement.GetProperty("exp").GetInt64();
    }

    private static ECDsa Curve(ReadOnlySpan<byte> spki)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key;
    }

    private static RSA Rsa(ReadOnlySpan<byte> spki)
    {
        var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key;
    }
}
