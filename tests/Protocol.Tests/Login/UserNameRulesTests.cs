using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Protocol.Login;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Login;

public sealed class UserNameRulesTests
{
    private static readonly char[] _tricky =
    [
        .. "aAbBiIsSßẞıİſςσΣµΜéÉe\u0301\u0345\u200b\u200d\u00ad\ufeff\u034f\u3164\u2060\u202e ａＡﬀ①Ⅷ\u1e9b\u0323\ufdfa가ᄀ\u1160\u0000\t\r\n\u00a0\ud83d\ude00\ud800\udc00",
    ];

    [Theory]
    [InlineData("admin", "admin")]
    [InlineData("ADMIN", "admin")]
    [InlineData("  admin \t", "admin")]
    [InlineData("ad\u200bmin", "admin")]
    [InlineData("ad\u00admin", "admin")]
    [InlineData("\ufeffadmin\u2060", "admin")]
    [InlineData("admin\u0000", "admin")]
    [InlineData("ａｄｍｉｎ", "admin")]
    [InlineData("𝐚𝐝𝐦𝐢𝐧", "admin")]
    [InlineData("ádmin", "admin")]
    [InlineData("a\u0301dmin", "admin")]
    [InlineData("admın", "admin")]
    [InlineData("ADMİN", "admin")]
    [InlineData("Straße", "strasse")]
    [InlineData("STRASSE", "strasse")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("ὈΔΥΣΣΕΎΣ", "οδυσσευσ")]
    [InlineData("Ὀδυσσεύς", "οδυσσευσ")]
    [InlineData("\u3164admin", "admin")]
    [InlineData("Test@Example.com ", "test@example.com")]
    [InlineData("", "")]
    [InlineData(" \u200b ", "")]
    [Trait("Attack", "36")]
    public void spellings_a_directory_may_take_for_one_name_are_one_name(string typed, string counted) =>
        Assert.Equal(counted, UserNameRules.Normalise(typed));

    [Theory]
    [InlineData("alice", "bob")]
    [InlineData("a.b", "ab")]
    [InlineData("a+b@example.com", "a@example.com")]
    [InlineData("张伟", "王芳")]
    [InlineData("иван", "ivan")]
    public void different_names_stay_different(string one, string other) =>
        Assert.NotEqual(UserNameRules.Normalise(one), UserNameRules.Normalise(other));

    [Fact]
    [Trait("Attack", "36")]
    public void normalising_twice_changes_nothing_and_never_throws() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Some.Text(_tricky, 16).ToArbitrary(), static typed =>
        {
            var once = UserNameRules.Normalise(typed);
            return once == UserNameRules.Normalise(once);
        }));

    [Fact]
    [Trait("Attack", "36")]
    public void case_form_and_invisible_characters_never_split_a_name() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Some.Text(_tricky, 12).ToArbitrary(), static typed =>
        {
            var expected = UserNameRules.Normalise(typed);
            var wellFormed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(typed));
            return UserNameRules.Normalise(wellFormed.ToUpperInvariant()) == expected
                && UserNameRules.Normalise(wellFormed.ToLowerInvariant()) == expected
                && UserNameRules.Normalise(wellFormed.Normalize(NormalizationForm.FormD)) == expected
                && UserNameRules.Normalise(wellFormed.Normalize(NormalizationForm.FormKC)) == expected
                && UserNameRules.Normalise($" {wellFormed}\u200b") == expected;
        }));

    [Fact]
    [Trait("Attack", "46")]
    public void an_endless_name_costs_little_and_shares_the_counter_of_its_beginning()
    {
        var beginning = new string('a', UserNameRules.MaxLength);

        Assert.Equal(UserNameRules.Normalise(beginning), UserNameRules.Normalise(beginning + new string('\ufdfa', 1_000_000)));
    }
}
