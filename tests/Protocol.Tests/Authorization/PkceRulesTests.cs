using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Authorization;

/// <summary>RFC 7636, with its own example (appendix B).</summary>
[Trait("Standard", "RFC 7636")]
public sealed class PkceRulesTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    [Fact]
    [Trait("Contract", "http 22")]
    public void the_example_of_the_standard_is_proven_and_one_other_character_is_not()
    {
        Assert.True(PkceRules.IsChallenge(Challenge, CodeChallengeMethods.S256));
        Assert.True(PkceRules.IsProven(Challenge, CodeChallengeMethods.S256, Verifier));
        Assert.False(PkceRules.IsProven(Challenge, CodeChallengeMethods.S256, Verifier[..^1] + "l"));
        Assert.False(PkceRules.IsProven(Challenge, CodeChallengeMethods.S256, Challenge));
    }

    [Fact]
    [Trait("Attack", "23")]
    public void a_challenge_of_s256_is_not_the_plain_text_of_its_verifier()
    {
        Assert.False(PkceRules.IsProven(Verifier, CodeChallengeMethods.S256, Verifier));
        Assert.True(PkceRules.IsProven(Verifier, CodeChallengeMethods.Plain, Verifier));
        Assert.False(PkceRules.IsProven(Challenge, CodeChallengeMethods.Plain, Verifier));
    }

    [Theory]
    [Trait("Attack", "23")]
    [InlineData(Challenge, CodeChallengeMethods.S256, null)]
    [InlineData(Challenge, CodeChallengeMethods.S256, "")]
    [InlineData(null, null, Verifier)]
    [InlineData(null, CodeChallengeMethods.S256, Verifier)]
    public void half_of_the_pair_is_a_downgrade_and_refused(string? challenge, string? method, string? verifier) => Assert.False(PkceRules.IsProven(challenge, method, verifier));

    [Fact]
    public void neither_is_decided_before() => Assert.True(PkceRules.IsProven(null, null, null));

    [Theory]
    [Trait("Attack", "23")]
    [InlineData(42, false)]
    [InlineData(43, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void a_verifier_has_43_to_128_characters(int length, bool isWellFormed)
    {
        var verifier = new string('a', length);

        Assert.Equal(isWellFormed, PkceRules.IsWellFormed(verifier));
        Assert.Equal(isWellFormed, PkceRules.IsProven(verifier, CodeChallengeMethods.Plain, verifier));
    }

    [Theory]
    [Trait("Attack", "23")]
    [InlineData('+')]
    [InlineData('/')]
    [InlineData('=')]
    [InlineData(' ')]
    [InlineData('%')]
    [InlineData('\n')]
    [InlineData('ä')]
    public void a_verifier_has_unreserved_characters_only(char odd)
    {
        var verifier = Verifier[..^1] + odd;

        Assert.False(PkceRules.IsWellFormed(verifier));
        Assert.False(PkceRules.IsProven(verifier, CodeChallengeMethods.Plain, verifier));
    }
}
