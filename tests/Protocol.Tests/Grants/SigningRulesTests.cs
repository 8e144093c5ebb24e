using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Grants;

public sealed class SigningRulesTests
{
    [Theory]
    [InlineData(SigningAlgorithm.HS256, null, SigningAlgorithm.RS256)]
    [InlineData(SigningAlgorithm.HS256, SigningAlgorithm.ES256, SigningAlgorithm.ES256)]
    [InlineData(SigningAlgorithm.ES256, null, SigningAlgorithm.ES256)]
    [InlineData(SigningAlgorithm.ES256, SigningAlgorithm.RS256, SigningAlgorithm.RS256)]
    [InlineData(SigningAlgorithm.RS256, SigningAlgorithm.PS256, SigningAlgorithm.PS256)]
    public void a_client_gets_what_it_chose_and_else_what_its_tenant_has(SigningAlgorithm tenant, SigningAlgorithm? chosen, SigningAlgorithm expected) =>
        Assert.Equal(expected, SigningRules.IdTokenAlgorithm(Tenant(tenant), Client(chosen)));

    [Theory]
    [InlineData(SigningAlgorithm.ES256, null, new[] { SigningAlgorithm.ES256 }, new[] { SigningAlgorithm.ES256, SigningAlgorithm.RS256 })]
    [InlineData(SigningAlgorithm.ES256, SigningAlgorithm.RS256, new[] { SigningAlgorithm.ES256, SigningAlgorithm.RS256 }, new[] { SigningAlgorithm.ES256, SigningAlgorithm.RS256 })]
    [InlineData(SigningAlgorithm.PS256, SigningAlgorithm.ES256, new[] { SigningAlgorithm.PS256, SigningAlgorithm.ES256 }, new[] { SigningAlgorithm.PS256, SigningAlgorithm.ES256, SigningAlgorithm.RS256 })]
    [InlineData(SigningAlgorithm.HS256, null, new[] { SigningAlgorithm.RS256 }, new[] { SigningAlgorithm.RS256 })]
    [InlineData(SigningAlgorithm.RS256, SigningAlgorithm.RS256, new[] { SigningAlgorithm.RS256 }, new[] { SigningAlgorithm.RS256 })]
    public void keys_are_kept_for_what_is_used_and_rs256_is_offered_always(SigningAlgorithm tenant, SigningAlgorithm? chosen, SigningAlgorithm[] published, SigningAlgorithm[] offered)
    {
        var choices = AlgorithmChoices.None.With(before: null, Client(chosen));

        Assert.Equal(published, SigningRules.PublishedAlgorithms(Tenant(tenant), choices));
        Assert.Equal(offered, SigningRules.OfferedAlgorithms(Tenant(tenant), choices));
    }

    private static Tenant Tenant(SigningAlgorithm algorithm) => new() { Name = "cheese", Hosts = ["cheese.test"], Algorithm = algorithm };

    private static Client Client(SigningAlgorithm? chosen) => new() { Ident = Guid.Empty, Name = "shop", TenantName = "cheese", RedirectUrls = [], IdTokenAlgorithm = chosen };
}
