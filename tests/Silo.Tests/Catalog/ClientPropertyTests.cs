using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Silo.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

/// <summary>The properties of RFC 7591 and ours beside them, each with its value and its default.</summary>
public sealed class ClientPropertyTests
{
    private const string Key = """{ kty: EC, crv: P-256, kid: "1", x: f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU, y: x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0 }""";

    [Fact]
    public void every_property_is_read()
    {
        var client = Yaml.ClientWith(
            """
            token_endpoint_auth_method: private_key_jwt
            jwks_uri: https://shop.acme.test/keys
            grant_types: [device_code, "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange", password, client_credentials]
            device_grant_config: {}
            require_pushed_authorization_requests: true
            dpop_bound_access_tokens: true
            require_consent: true
            post_logout_redirect_urls: ['^https://shop\.acme\.test/bye$']
            frontchannel_logout_uri: https://shop.acme.test/front
            frontchannel_logout_session_required: true
            backchannel_logout_uri: http://localhost:8080/back
            backchannel_logout_session_required: true
            resources: [https://api.acme.test, "urn:acme:orders"]
            token_lives: { access_token_seconds: 60, refresh_idle_seconds: 120, refresh_absolute_seconds: 180, refresh_grace_seconds: 0 }
            token_exchange: { subject_clients: [58392627-0121-4721-9dac-d358bdd86ca6], allow_impersonation: true, audiences: [api] }
            informations: { display_name: Shop, client_uri: https://shop.acme.test, policy_uri: https://p.test, tos_uri: https://t.test }
            introspection: tenant
            id_token_signed_response_alg: rs256
            """).Client;

        Assert.Equal(("private_key_jwt", "https://shop.acme.test/keys", true), (client.AuthenticationMethod, client.JwksUri, client.IsConfidential));
        Assert.Equal(["device_code", "urn:ietf:params:oauth:grant-type:token-exchange", "password", "client_credentials"], client.GrantTypes);
        Assert.True(client.RequirePushedRequests && client.RequireDpop && client.RequireConsent);
        Assert.Equal([@"^https://shop\.acme\.test/bye$"], client.PostLogoutRedirectUrls);
        Assert.Equal(
            new LogoutNotices
            {
                FrontChannelUri = "https://shop.acme.test/front",
                FrontChannelSession = true,
                BackChannelUri = "http://localhost:8080/back",
                BackChannelSession = true,
            },
            client.Logout);
        Assert.Equal(["https://api.acme.test", "urn:acme:orders"], client.Resources);
        Assert.Equal(
            new ClientTokenLives
            {
                AccessToken = TimeSpan.FromSeconds(60),
                RefreshIdle = TimeSpan.FromSeconds(120),
                RefreshAbsolute = TimeSpan.FromSeconds(180),
                RefreshGrace = TimeSpan.Zero,
            },
            client.TokenLives);
        Assert.Equal((Guid.Parse("58392627-0121-4721-9dac-d358bdd86ca6"), true, "api"), (client.TokenExchange!.SubjectClients.Single(), client.TokenExchange.AllowImpersonation, client.TokenExchange.Audiences.Single()));
        Assert.Equal(new ClientInformations { DisplayName = "Shop", Uri = "https://shop.acme.test", PolicyUri = "https://p.test", TermsUri = "https://t.test" }, client.Informations);
        Assert.Equal((IntrospectionReach.Tenant, SigningAlgorithm.RS256), (client.Introspection, client.IdTokenAlgorithm));
    }

    [Fact]
    public void what_is_left_out_has_the_documented_default()
    {
        var client = Yaml.Client(Yaml.SmallClient).Client;

        Assert.Null(client.AuthenticationMethod);
        Assert.Null(client.JwksJson);
        Assert.Null(client.JwksUri);
        Assert.False(client.RequirePushedRequests || client.RequireDpop || client.RequireConsent);
        Assert.Empty(client.PostLogoutRedirectUrls);
        Assert.Equal(LogoutNotices.None, client.Logout);
        Assert.Empty(client.Resources);
        Assert.Equal(ClientTokenLives.Default, client.TokenLives);
        Assert.Null(client.TokenExchange);
        Assert.Equal(ClientInformations.None, client.Informations);
        Assert.Equal(IntrospectionReach.Audience, client.Introspection);
        Assert.Null(client.IdTokenAlgorithm);
    }

    [Fact]
    public void keys_as_a_mapping_and_as_text_are_the_same_set()
    {
        var mapping = Yaml.ClientWith($"token_endpoint_auth_method: private_key_jwt\njwks: {{ keys: [{Key}] }}").Client;
        var text = Yaml.ClientWith($"token_endpoint_auth_method: private_key_jwt\njwks: '{mapping.JwksJson}'").Client;

        Assert.Equal(mapping.JwksJson, text.JwksJson);
        Assert.True(mapping.IsConfidential);
    }

    [Theory]
    [InlineData("{ keys: [] }", 7)]
    [InlineData("{ kty: EC }", 7)]
    [InlineData("not json", 7)]
    [InlineData("\n    keys:\n      - kty: oct\n        k: AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ", 10)]
    [InlineData("\n    keys:\n      - { kty: EC, crv: P-256, x: f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU,\n          y: x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0,\n          d: jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI }", 11)]
    [InlineData("\n    keys:\n      - " + Key + "\n      - " + Key, 10)]
    [InlineData("|\n    {\"keys\": [\n      {\"kty\": \"EC\",\n      \"d\": \"jpsQnnGQmL\"}]}", 10)]
    [Trait("Attack", "27")]
    public void keys_that_cannot_be_used_are_refused_at_their_line(string jwks, int line)
    {
        var change = Yaml.Change(EntityKind.Client, Yaml.SmallClient + $"  token_endpoint_auth_method: private_key_jwt\n  jwks: {jwks}\n");

        Assert.Equal([("UA1046", line)], change.Problems.Select(static problem => (problem.Id, problem.Line)));
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("none")]
    [InlineData("RS512")]
    [Trait("Attack", "20")]
    public void id_tokens_are_signed_by_a_key_that_only_the_server_has(string algorithm) =>
        Assert.Equal([("UA1021", "config.id_token_signed_response_alg")], Yaml.ClientProblems($"id_token_signed_response_alg: {algorithm}").Select(static problem => (problem.Id, problem.Path)));

    [Fact]
    public void keys_and_an_address_of_keys_contradict_each_other()
    {
        var problems = Yaml.ClientProblems($"token_endpoint_auth_method: private_key_jwt\njwks: {{ keys: [{Key}] }}\njwks_uri: https://shop.acme.test/keys");

        Assert.Equal([("UA1047", 8, "config.jwks_uri")], problems.Select(static problem => (problem.Id, problem.Line, problem.Path)));
    }
}
