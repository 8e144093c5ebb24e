using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Grants;

[Trait("Standard", "RFC 9068")]
public sealed class UserInfoRulesTests
{
    private const string Client = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1b01";
    private const string Issuer = "https://id.acme.test";

    [Theory]
    [Trait("Attack", "29")]
    [InlineData(Client, true)]
    [InlineData(Issuer, true)]
    [InlineData("https://stock.test " + Issuer, true)]
    [InlineData("https://stock.test", false)]
    [InlineData(Issuer + "/", false)]
    [InlineData("", false)]
    public void a_token_opens_userinfo_when_it_is_for_its_client_or_the_issuer(string audiences, bool expected) =>
        Assert.Equal(expected, UserInfoRules.IsMeant([.. audiences.Split(' ')], Client, Issuer));

    [Fact]
    public void a_token_of_no_client_opens_it_by_the_issuer_alone()
    {
        Assert.False(UserInfoRules.IsMeant([Client], null, Issuer));
        Assert.True(UserInfoRules.IsMeant([Issuer], null, Issuer));
    }
}
