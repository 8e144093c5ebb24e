using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Grants;

/// <summary>Token exchange (RFC 8693) and attack group 25: nothing widens.</summary>
[Trait("Standard", "RFC 8693")]
public sealed class ExchangeRulesTests
{
    private const string Access = "urn:ietf:params:oauth:token-type:access_token";
    private const string Identity = "urn:ietf:params:oauth:token-type:id_token";
    private const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    private static readonly Guid _other = new("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a02");

    private static readonly Client _client = new()
    {
        Ident = new Guid("6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1a01"),
        Name = "gateway",
        TenantName = "shop",
        RedirectUrls = [],
        IsConfidential = true,
        GrantTypes = [Exchange],
        Scopes = ["orders:*", "openid"],
        Resources = ["https://api.test"],
        TokenExchange = new TokenExchangeSettings { SubjectClients = [_other], AllowImpersonation = true, Audiences = ["stock"] },
    };

    private static readonly ExchangeAsk _ask = new() { SubjectTokenType = Access };

    [Theory]
    [InlineData(Access, false, null, null, true)]
    [InlineData(Identity, false, null, Access, true)]
    [InlineData(Access, true, Access, Access, true)]
    [InlineData("urn:ietf:params:oauth:token-type:saml2", false, null, null, false)]
    [InlineData("urn:ietf:params:oauth:token-type:refresh_token", false, null, null, false)]
    [InlineData(null, false, null, null, false)]
    [InlineData(Access, true, null, null, false)]
    [InlineData(Access, false, Access, null, false)]
    [InlineData(Access, true, Identity, null, false)]
    [InlineData(Access, false, null, Identity, false)]
    [InlineData(Access, false, null, "urn:ietf:params:oauth:token-type:refresh_token", false)]
    [Trait("Attack", "29")]
    public void only_access_tokens_come_out_and_only_our_tokens_go_in(string? subject, bool hasActor, string? actor, string? requested, bool isGood)
    {
        var error = ExchangeRules.WhyMalformed(new ExchangeAsk { SubjectTokenType = subject, HasActorToken = hasActor, ActorTokenType = actor, RequestedTokenType = requested });

        Assert.Equal(isGood ? null : "invalid_request", error?.Error);
    }

    [Fact]
    [Trait("Attack", "25")]
    public void a_client_that_must_ask_the_person_gets_nothing_by_an_exchange_that_the_person_was_not_asked_about()
    {
        var asking = _client with { RequireConsent = true };

        Assert.Null(ExchangeRules.WhyBeyondConsent(_client, _ask with { Resources = ["https://api.test"] }, _other, []));
        Assert.Null(ExchangeRules.WhyBeyondConsent(asking, _ask, asking.Ident, ["https://api.test"]));
        Assert.Null(ExchangeRules.WhyBeyondConsent(asking, _ask with { Resources = ["https://api.test"] }, asking.Ident, ["https://api.test"]));
        Assert.Equal("invalid_target", ExchangeRules.WhyBeyondConsent(asking, _ask with { Resources = ["https://api.test"] }, asking.Ident, ["https://other.test"])?.Error);
        Assert.Equal("invalid_target", ExchangeRules.WhyBeyondConsent(asking, _ask with { Audiences = ["stock"] }, asking.Ident, ["https://api.test"])?.Error);
        Assert.Equal("invalid_request", ExchangeRules.WhyBeyondConsent(asking, _ask, _other, ["https://api.test"])?.Error);
    }

    [Fact]
    [Trait("Attack", "25")]
    public void a_client_exchanges_only_what_its_file_allows()
    {
        Assert.Null(ExchangeRules.WhyForbidden(_client, _ask));
        Assert.Equal("unauthorized_client", ExchangeRules.WhyForbidden(_client with { IsConfidential = false }, _ask)?.Error);
        Assert.Equal("unauthorized_client", ExchangeRules.WhyForbidden(_client with { GrantTypes = ["refresh_token"] }, _ask)?.Error);
        Assert.Equal("unauthorized_client", ExchangeRules.WhyForbidden(_client with { TokenExchange = null }, _ask)?.Error);
        Assert.Equal("invalid_target", ExchangeRules.WhyForbidden(_client, _ask with { Resources = ["https://other.test"] })?.Error);
        Assert.Equal("invalid_target", ExchangeRules.WhyForbidden(_client, _ask with { Audiences = ["stock", "bank"] })?.Error);
        Assert.Null(ExchangeRules.WhyForbidden(_client, _ask with { Audiences = ["stock"], Resources = ["https://api.test"] }));
    }

    [Fact]
    [Trait("Attack", "25")]
    public void who_may_not_impersonate_says_who_acts()
    {
        var client = _client with { TokenExchange = new TokenExchangeSettings() };

        Assert.Equal("invalid_request", ExchangeRules.WhyForbidden(client, _ask)?.Error);
        Assert.Null(ExchangeRules.WhyForbidden(client, _ask with { HasActorToken = true, ActorTokenType = Access }));
    }

    [Fact]
    [Trait("Attack", "25")]
    public void a_client_brings_its_own_tokens_and_those_of_clients_its_file_names()
    {
        Assert.True(ExchangeRules.MayBring(_client, _client.Ident));
        Assert.True(ExchangeRules.MayBring(_client, _other));
        Assert.False(ExchangeRules.MayBring(_client, Guid.Empty));
        Assert.False(ExchangeRules.MayBring(_client with { TokenExchange = null }, _other));
    }

    [Theory]
    [InlineData("", "orders:read orders:write")]
    [InlineData("orders:read", "orders:read")]
    [InlineData("orders:read orders:delete admin", "orders:read")]
    [InlineData("openid offline_access", "")]
    [Trait("Attack", "25")]
    public void scopes_are_those_of_the_subject_that_the_client_may_have_and_never_more(string asked, string expected)
    {
        var scopes = ExchangeRules.Scopes(_client, ScopeRules.Parse("openid offline_access orders:read orders:write stock:read"), ScopeRules.Parse(asked));

        Assert.Equal(expected, ScopeRules.Join(scopes));
    }

    [Fact]
    [Trait("Attack", "25")]
    public void no_trace_of_who_acts_gets_lost()
    {
        using var before = JsonDocument.Parse("""{"sub":"first"}""");

        Assert.Equal((true, """{"sub":"second","client_id":"c","act":{"sub":"first"}}"""), ExchangeRules.Actors(new ExchangeActor("second", "c"), before.RootElement));
        Assert.Equal((true, """{"sub":"first"}"""), ExchangeRules.Actors(null, before.RootElement));
        Assert.Equal((true, null), ExchangeRules.Actors(null, null));
    }

    [Fact]
    [Trait("Attack", "30")]
    public void a_chain_of_actors_has_an_end()
    {
        using var chain = JsonDocument.Parse("""{"sub":"4","act":{"sub":"3","act":{"sub":"2","act":{"sub":"1"}}}}""");

        Assert.True(ExchangeRules.Actors(null, chain.RootElement).IsGood);
        Assert.False(ExchangeRules.Actors(new ExchangeActor("5", null), chain.RootElement).IsGood);
    }
}
