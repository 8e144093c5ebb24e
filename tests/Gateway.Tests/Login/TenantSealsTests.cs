using Microsoft.AspNetCore.DataProtection;
using Uitsmijter.Actors.Gateway.Login;
using Xunit;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

public sealed class TenantSealsTests
{
    private readonly TenantSeals _seals = new(new EphemeralDataProtectionProvider(), "use");

    [Fact]
    public void the_seal_of_a_tenant_is_made_once_for_each_purpose()
    {
        Assert.Same(_seals.Of("cheese", "form"), _seals.Of("cheese", "form"));
        Assert.Same(_seals.Of("cheese", "form"), _seals.OfAny("cheese", "form"));
        Assert.NotSame(_seals.Of("cheese", "form"), _seals.Of("cheese", "retry"));
    }

    /// <summary>Attack group 46: strangers could fill memory with names.</summary>
    [Fact]
    public void what_a_stranger_calls_a_tenant_is_not_remembered() => Assert.NotSame(_seals.OfAny("made up", "form"), _seals.OfAny("made up", "form"));

    [Theory]
    [InlineData("cheese", "retry")]
    [InlineData("bread", "form")]
    public void what_was_sealed_for_one_tenant_and_purpose_opens_for_no_other(string tenant, string purpose)
    {
        var value = _seals.Of("cheese", "form").Protect([1, 2, 3]);

        Assert.Equal([1, 2, 3], _seals.OfAny("cheese", "form").Unprotect(value));
        Assert.ThrowsAny<Exception>(() => _seals.OfAny(tenant, purpose).Unprotect(value));
    }
}
