using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Grants;

/// <summary>Which scopes a pattern allows (contract http.md §13).</summary>
[Trait("Contract", "http 13")]
public sealed class ScopeRulesTests
{
    [Theory]
    [InlineData("user:*", "user:list", true)]
    [InlineData("user:*", "user:", false)]
    [InlineData("user:*", "super:user:list", false)]
    [InlineData("user:*", "User:list", false)]
    [InlineData("*_list", "user_list", true)]
    [InlineData("*_list", "_list", false)]
    [InlineData("*_list", "user_list2", false)]
    [InlineData("admin_*", "admin_all", true)]
    [InlineData("admin_*", "my_admin_all", false)]
    [InlineData("*", "anything", true)]
    [InlineData("read", "read", true)]
    [InlineData("read", "READ", false)]
    [InlineData("read", "reader", false)]
    [InlineData("(read|write):file", "write:file", true)]
    [InlineData("(read|write):file", "delete:file", false)]
    [InlineData("read:file(?!s)s?", "read:file", true)]
    public void a_pattern_allows_whole_scopes_in_their_case(string pattern, string scope, bool isAllowed) =>
        Assert.Equal(isAllowed, ScopeRules.Allowed([scope], [pattern]).Any());

    [Theory]
    [InlineData("read)|(?:.*")]
    [InlineData("(read")]
    [InlineData("[")]
    public void a_text_that_is_no_pattern_allows_nothing(string pattern) => Assert.Empty(ScopeRules.Allowed(["admin"], [pattern]));

    [Fact]
    public void a_pattern_is_judged_in_time_that_its_text_bounds()
    {
        // Exponential for an engine that tries every way, which then gives up by its clock and drops what is allowed.
        var scope = new string('a', 4_000) + "!";

        Assert.Empty(ScopeRules.Allowed([scope], ["(a+)+b"]));
        Assert.NotEmpty(ScopeRules.Allowed([scope], ["(a+)+!"]));
    }

    [Fact]
    public void unset_lists_allow_nothing()
    {
        Assert.Empty(ScopeRules.Grant(["a"], default, ["b"], default));
        Assert.Empty(ScopeRules.Grant(["a"], [], ["b"], []));
    }

    [Fact]
    public void what_is_granted_is_sorted_and_said_once()
    {
        ImmutableArray<string> granted = ScopeRules.Grant(["b", "a", "x"], ["a", "b"], ["c", "a", "y"], ["c", "a"]);

        Assert.Equal("a b c", ScopeRules.Join(granted));
    }

    [Theory, Trait("Attack", "24")]
    [InlineData("given by the provider alone", "admin:x", true)]
    [InlineData("allowed by the client's list alone, before it was taken away", "", false)]
    [InlineData("of a grant that did not keep who gave it", null, true)]
    public void a_scope_taken_from_the_clients_list_stays_only_with_whom_the_provider_gave_it(string kind, string? ofProvider, bool stays)
    {
        var client = new Client { Name = "shop", Ident = Guid.NewGuid(), TenantName = "cheese", RedirectUrls = [], Scopes = ["openid"], AllowedProviderScopes = ["admin:*"] };
        var facts = new GrantFacts
        {
            Tenant = "cheese",
            Client = client.Ident,
            ClientId = client.Ident.ToString(),
            Subject = "ada",
            AuthTime = DateTimeOffset.UnixEpoch,
            Scopes = ["admin:x", "openid", "read"],
            ProviderScopes = ofProvider?.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToImmutableArray(),
        };

        Assert.True(ScopeRules.Join(ScopeRules.StillAllowed(facts.Scopes, facts, client)) == (stays ? "admin:x openid" : "openid"), kind);
        Assert.Equal("openid", ScopeRules.Join(ScopeRules.StillAllowed(facts.Scopes, facts, client with { AllowedProviderScopes = [] })));
    }
}
