using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Silo.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

public sealed class ClientFileTests
{
    private const string Everything = """
        name: bnbc-ios-app
        config:
          ident: 58392627-0121-4721-9DAC-D358BDD86CA6
          tenantname: bnbc-tenant
          redirect_urls:
            - https://www\.bnbc\.example/bnbc-club/.*
          grant_types: [password, authorization_code, refresh_token, device_code]
          scopes: [list, read, "user:*"]
          allowedProviderScopes: ["admin:*"]
          referrers:
            - https://www\.bnbc\.example/bnbc-club/login
          isPkceOnly: true
          allow_plain_pkce: true
          secret: aejochiecaishee4ootooSh3ph
          device_grant_config: { expires_in: 600, interval: 10, verification_uri: "https://bnbc.example/activate" }
        """;

    [Fact, Trait("Contract", "configuration 1"), Trait("Contract", "configuration 2")]
    public void every_property_of_a_client_is_read()
    {
        var entry = Yaml.Client(Everything);

        var client = entry.Client;
        Assert.Equal("bnbc-ios-app", client.Name);
        Assert.Equal(Guid.Parse("58392627-0121-4721-9dac-d358bdd86ca6"), client.Ident);
        Assert.Equal("bnbc-tenant", client.TenantName);
        Assert.Equal([@"https://www\.bnbc\.example/bnbc-club/.*"], client.RedirectUrls);
        Assert.Equal(["password", "authorization_code", "refresh_token", "device_code"], client.GrantTypes);
        Assert.Equal(["list", "read", "user:*"], client.Scopes);
        Assert.Equal(["admin:*"], client.AllowedProviderScopes);
        Assert.Equal([@"https://www\.bnbc\.example/bnbc-club/login"], client.Referrers);
        Assert.True(client.IsPkceOnly);
        Assert.True(client.AllowPlainPkce);
        Assert.True(client.IsConfidential);
        Assert.Equal(
            new DeviceGrantSettings { ExpiresIn = TimeSpan.FromMinutes(10), Interval = TimeSpan.FromSeconds(10), VerificationUri = "https://bnbc.example/activate" },
            client.DeviceGrant);
    }

    [Fact]
    public void only_the_digest_of_a_secret_is_kept()
    {
        var entry = Yaml.Client(Everything);

        Assert.Equal("daf571d2af7da18b6b7bb7ee43ee48cc86e8fdb1ba2b8b02ec5ad35d4bd6ae1a".Length, entry.SecretDigest?.Length);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("aejochiecaishee4ootooSh3ph"u8)), entry.SecretDigest);
        Assert.DoesNotContain("aejochiecaishee4ootooSh3ph", entry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void what_is_left_out_has_the_documented_default()
    {
        var entry = Yaml.Client(Yaml.SmallClient);

        Assert.Equal(["authorization_code", "refresh_token"], entry.Client.GrantTypes);
        Assert.Empty(entry.Client.Scopes);
        Assert.Empty(entry.Client.AllowedProviderScopes);
        Assert.Empty(entry.Client.Referrers);
        Assert.False(entry.Client.IsPkceOnly);
        Assert.False(entry.Client.AllowPlainPkce);
        Assert.False(entry.Client.IsConfidential);
        Assert.Null(entry.Client.DeviceGrant);
        Assert.Null(entry.SecretDigest);
    }

    [Fact]
    public void device_settings_have_their_defaults()
    {
        var client = Yaml.ClientWith("grant_types: [device_code]\ndevice_grant_config: {}").Client;

        Assert.Equal((TimeSpan.FromSeconds(1800), TimeSpan.FromSeconds(5), null), (client.DeviceGrant!.ExpiresIn, client.DeviceGrant.Interval, client.DeviceGrant.VerificationUri));
    }

    [Theory]
    [InlineData("tenant: acme", "UA1012")]
    [InlineData("client_id: x", "UA1012")]
    [InlineData("redirect_uris: []", "UA1012")]
    [InlineData("is_pkce_only: true", "UA1012")]
    [InlineData("allowed_provider_scopes: []", "UA1012")]
    [InlineData("referers: []", "UA1012")]
    [InlineData("secret: ''", "UA1013")]
    [InlineData("secret: short", "UA1045")]
    [InlineData("grant_types: [implicit]", "UA1043")]
    [InlineData("grant_types: [device_code]", "UA1044")]
    [InlineData("device_grant_config: {}", "UA1044")]
    [InlineData("device_grant_config: { expires_in: soon }\ngrant_types: [device_code]", "UA1013")]
    [InlineData("device_grant_config: { verification_uri: activate }\ngrant_types: [device_code]", "UA1024")]
    [InlineData("referrers: ['(']", "UA1041")]
    [InlineData("isPkceOnly: sure", "UA1011")]
    [InlineData("require_dpop: true", "UA1012")]
    [InlineData("post_logout_redirect_uris: []", "UA1012")]
    [InlineData("token_endpoint_auth_method: basic", "UA1013")]
    [InlineData("token_endpoint_auth_method: private_key_jwt", "UA1047")]
    [InlineData("token_endpoint_auth_method: client_secret_basic", "UA1047")]
    [InlineData("secret: aejochiecaishee4ootooSh3ph\ntoken_endpoint_auth_method: none", "UA1047")]
    [InlineData("secret: aejochiecaishee4ootooSh3ph\ntoken_endpoint_auth_method: client_secret_jwt", "UA1047")]
    [InlineData("jwks_uri: https://shop.acme.test/jwks", "UA1047")]
    [InlineData("jwks_uri: http://shop.acme.test/jwks\ntoken_endpoint_auth_method: private_key_jwt", "UA1024")]
    [InlineData("jwks_uri: 'https://shop.acme.test/jwks#1'\ntoken_endpoint_auth_method: private_key_jwt", "UA1024")]
    [InlineData("secret: 'sha256:abc'", "UA1013")]
    [InlineData("secret: { file: secret.txt }", "UA1013")]
    [InlineData("secret: { env: 'A B' }", "UA1013")]
    [InlineData("secret: { }", "UA1013")]
    [InlineData("secret: { file: /nowhere/at/all }", "UA1050")]
    [InlineData("secret: { env: UITSMIJTER_TEST_NOT_SET }", "UA1050")]
    [InlineData("grant_types: [client_credentials]", "UA1048")]
    [InlineData("secret: aejochiecaishee4ootooSh3ph\ngrant_types: ['urn:ietf:params:oauth:grant-type:token-exchange']", "UA1049")]
    [InlineData("token_exchange: { }", "UA1049")]
    [InlineData("frontchannel_logout_uri: http://shop.acme.test/bye", "UA1024")]
    [InlineData("frontchannel_logout_session_required: true", "UA1013")]
    [InlineData("backchannel_logout_uri: http://shop.acme.test/bye", "UA1024")]
    [InlineData("backchannel_logout_session_required: true", "UA1013")]
    [InlineData("resources: [orders]", "UA1024")]
    [InlineData("resources: ['https://api.acme.test/#x']", "UA1024")]
    [InlineData("post_logout_redirect_urls: ['(']", "UA1041")]
    [InlineData("post_logout_redirect_urls: ['.*']", "UA1042")]
    [InlineData("token_lives: { access_token_seconds: 0 }", "UA1013")]
    [InlineData("token_lives: { refresh_grace_seconds: 301 }", "UA1013")]
    [InlineData("token_lives: { refresh_idle_seconds: 11, refresh_absolute_seconds: 10 }", "UA1013")]
    [InlineData("token_lives: { access_token: 10 }", "UA1012")]
    [InlineData("informations: { client_uri: 'javascript:alert(1)' }", "UA1025")]
    [InlineData("informations: { client_name: Shop }", "UA1012")]
    [InlineData("introspection: all", "UA1013")]
    public void every_mistake_has_its_identifier(string lines, string id)
    {
        var problem = Assert.Single(Yaml.ClientProblems(lines));

        Assert.Equal(id, problem.Id);
        Assert.InRange(problem.Line, 6, 7);
    }

    [Fact]
    public void an_unknown_key_that_resembles_none_is_ignored_in_silence()
    {
        Assert.Empty(Yaml.ClientProblems("labels: { team: web }\nx: 1"));
    }

    [Theory, Trait("Contract", "configuration 2")]
    [InlineData("not-a-uuid")]
    [InlineData("{58392627-0121-4721-9DAC-D358BDD86CA6}")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void an_ident_that_is_no_uuid_is_refused(string ident)
    {
        var change = Yaml.Change(EntityKind.Client, Yaml.SmallClient.Replace("5D0F5A52-0A5B-4B8D-9C5E-6D1E5B7C2A10", $"'{ident}'", StringComparison.Ordinal));

        var problem = Assert.Single(Assert.IsType<SourceChange.Broken>(change).Errors);
        Assert.Equal(("UA1040", 3, "config.ident"), (problem.Id, problem.Line, problem.Path));
    }

    [Theory]
    [InlineData("('")]
    [InlineData("[a-")]
    [InlineData("*.example.com")]
    [InlineData("")]
    public void a_pattern_that_is_no_regular_expression_is_flagged_and_kept_so_that_it_matches_nothing(string pattern)
    {
        var quoted = pattern.Replace("'", "''", StringComparison.Ordinal);

        var change = Yaml.Change(EntityKind.Client, Yaml.SmallClient.Replace("https://shop\\.acme\\.test/.*", quoted, StringComparison.Ordinal));

        var client = Assert.IsType<SourceChange.ToClient>(change);
        Assert.Equal("UA1041", Assert.Single(client.Warnings).Id);
        Assert.Equal([pattern], client.Entry.Client.RedirectUrls);
    }

    [Theory]
    [InlineData(".*")]
    [InlineData("https://.*")]
    [InlineData("https?://.+")]
    [InlineData("^https?://.*/callback|.*$")]
    [InlineData("https://www.bnbc.example/bnbc-club/.*")]
    [InlineData(@"https://app\.example\.com.*")]
    [InlineData(@"https://.*\.example\.com/cb")]
    [InlineData(@"https://[a-z]+.example\.com/cb")]
    public void a_loose_redirect_pattern_is_warned_of(string pattern)
    {
        var change = Yaml.Change(EntityKind.Client, Yaml.SmallClient.Replace("https://shop\\.acme\\.test/.*", pattern, StringComparison.Ordinal));

        Assert.Equal("UA1042", Assert.Single(Assert.IsType<SourceChange.ToClient>(change).Warnings).Id);
    }

    [Theory]
    [InlineData(@"^https://shop\.acme\.test/.*$")]
    [InlineData(@"https://[^\.]+\.example\.com/login_(granted|denied)")]
    [InlineData(@"https://(www|shop)\.acme\.test/a.b")]
    [InlineData(@"http://localhost:[0-9]+/callback")]
    [InlineData(@"myapp://callback")]
    public void a_tight_redirect_pattern_is_not(string pattern)
    {
        Assert.Empty(Yaml.Change(EntityKind.Client, Yaml.SmallClient.Replace("https://shop\\.acme\\.test/.*", pattern, StringComparison.Ordinal)).Problems);
    }
}
