using System.Security.Cryptography;
using Uitsmijter.Actors.Protocol.Devices;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Devices;

[Trait("Standard", "RFC 8628")]
public sealed class UserCodeRulesTests
{
    [Fact]
    [Trait("Contract", "http 33")]
    public void a_code_has_eight_characters_of_the_alphabet_each_as_likely_as_any_other()
    {
        var seen = new int[UserCodeRules.Alphabet.Length];
        for (var round = 0; round < 4000; round++)
        {
            var code = UserCodeRules.Make(RandomNumberGenerator.GetBytes(UserCodeRules.RandomBytes));

            Assert.Matches("^[ABCDEFGHJKLMNPQRSTUVWXYZ23456789]{4}-[ABCDEFGHJKLMNPQRSTUVWXYZ23456789]{4}$", code);
            Assert.Equal(code, UserCodeRules.Normalise(code));
            foreach (var character in code.Replace("-", "", StringComparison.Ordinal))
            {
                seen[UserCodeRules.Alphabet.IndexOf(character, StringComparison.Ordinal)]++;
            }
        }

        // 1000 each are expected; six standard deviations are 187.
        Assert.All(seen, static count => Assert.InRange(count, 813, 1187));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 0 }, "AAAA-AAAA")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255 }, "9999-9999")]
    [InlineData(new byte[] { 0b00000_000, 0b01_00010_0, 0b0011_0010, 0b0_00101_00, 0b110_00111 }, "ABCD-EFGH")]
    public void every_bit_counts(byte[] random, string code) => Assert.Equal(code, UserCodeRules.Make(random));

    [Theory]
    [InlineData("normalze", "NORM-ALZE")]
    [InlineData("NORM-ALZE", "NORM-ALZE")]
    [InlineData(" nOrM alze ", "NORM-ALZE")]
    [InlineData("n.o.r.m–a/l/z/e", "NORM-ALZE")]
    [Trait("Contract", "http 36")]
    public void signs_and_case_do_not_matter(string typed, string code) => Assert.Equal(code, UserCodeRules.Normalise(typed));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ABCD-EFG")]
    [InlineData("ABCD-EFGHJ")]
    [InlineData("ABCD-EFGé")]
    public void what_is_no_code_is_none(string? typed) => Assert.Null(UserCodeRules.Normalise(typed));

    [Fact]
    [Trait("Attack", "26")]
    public void a_key_tells_nothing_without_the_tenants_key()
    {
        byte[] one = [1], other = [2];

        var key = UserCodeRules.KeyOf("cheese", one, "ABCD-EFGH");

        Assert.StartsWith("cheese|", key, StringComparison.Ordinal);
        Assert.DoesNotContain("ABCD", key, StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(key, UserCodeRules.KeyOf("cheese", other, "ABCD-EFGH"));
        Assert.NotEqual(key["cheese|".Length..], UserCodeRules.KeyOf("ham", one, "ABCD-EFGH")["ham|".Length..]);
    }
}
