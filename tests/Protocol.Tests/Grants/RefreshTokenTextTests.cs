using Uitsmijter.Actors.Protocol.Grants;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Grants;

public sealed class RefreshTokenTextTests
{
    private const string GrantId = "AAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public void a_text_splits_into_what_it_was_joined_from()
    {
        var secret = RefreshTokenText.MakeSecret(new byte[RefreshTokenText.RandomBytes], new byte[RefreshTokenText.TagKeyBytes]);

        Assert.Equal((GrantId, secret), RefreshTokenText.Split(RefreshTokenText.Join(GrantId, secret)));
    }

    [Theory]
    [InlineData("                      .AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA .AAAA")]
    [InlineData("\t\r\nAAAAAAAAAAAAAAAAAAA.AAAA")]
    [InlineData(GrantId + ". ")]
    [InlineData(GrantId + ".AA AA")]
    [InlineData(GrantId + ".")]
    [InlineData(GrantId + ".AAAA.AAAA")]
    [InlineData("AAAA.AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA+.AAAA")]
    [Trait("Attack", "31")]
    public void white_space_and_other_spellings_are_no_refresh_token(string text) => Assert.Null(RefreshTokenText.Split(text));
}
