using Uitsmijter.Actors.Protocol.Authorization;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Authorization;

/// <summary>Attack group 14, word by word: what resembles a registered address is none.</summary>
[Trait("Attack", "14")]
public sealed class RedirectRulesTests
{
    private const string Pattern = @"https://app\.acme\.test/callback";

    [Fact]
    public void the_registered_address_is_registered()
    {
        Assert.True(RedirectRules.IsRegistered("https://app.acme.test/callback", [Pattern]));
        Assert.True(RedirectRules.IsRegistered("https://app.acme.test/callback", ["https://app.acme.test/callback"]));
        Assert.True(RedirectRules.IsRegistered("https://app.acme.test/callback", ["https://other.test/", Pattern]));
    }

    [Theory]
    // prefix
    [InlineData("xhttps://app.acme.test/callback")]
    [InlineData("https://evil.test/https://app.acme.test/callback")]
    [InlineData("https://evil.test/?https://app.acme.test/callback")]
    [InlineData("https://evil.app.acme.test/callback")]
    [InlineData(" https://app.acme.test/callback")]
    // suffix
    [InlineData("https://app.acme.test/callbackx")]
    [InlineData("https://app.acme.test/callback.evil.test")]
    [InlineData("https://app.acme.test.evil.test/callback")]
    [InlineData("https://app.acme.testevil.test/callback")]
    [InlineData("https://app.acme.test/callback\n")]
    [InlineData("https://app.acme.test/callback ")]
    // extra path
    [InlineData("https://app.acme.test/callback/")]
    [InlineData("https://app.acme.test/callback/extra")]
    [InlineData("https://app.acme.test//callback")]
    [InlineData("https://app.acme.test/./callback")]
    [InlineData("https://app.acme.test/x/../callback")]
    [InlineData("https://app.acme.test/callback/..")]
    [InlineData("https://app.acme.test/callback%2f..")]
    [InlineData("https://app.acme.test/callback;x")]
    // extra query
    [InlineData("https://app.acme.test/callback?")]
    [InlineData("https://app.acme.test/callback?x=1")]
    [InlineData("https://app.acme.test/callback&x=1")]
    // case
    [InlineData("HTTPS://app.acme.test/callback")]
    [InlineData("https://APP.acme.test/callback")]
    [InlineData("https://app.acme.test/Callback")]
    // port
    [InlineData("https://app.acme.test:443/callback")]
    [InlineData("https://app.acme.test:8443/callback")]
    [InlineData("https://app.acme.test:/callback")]
    [InlineData("https://app.acme.test:80@evil.test/callback")]
    // fragment
    [InlineData("https://app.acme.test/callback#")]
    [InlineData("https://app.acme.test/callback#x")]
    [InlineData("https://evil.test#https://app.acme.test/callback")]
    // characters a regular expression means something by
    [InlineData("https://appXacme.test/callback")]
    [InlineData(@"https://app\.acme\.test/callback")]
    [InlineData("https://app.acme.test/callback|https://evil.test/")]
    [InlineData("https://(app.acme.test)/callback")]
    [InlineData("https://app.acme.test/.*")]
    [InlineData("https://[a-z]+/callback")]
    // user names, schemes
    [InlineData("https://app.acme.test@evil.test/callback")]
    [InlineData("https://evil.test\\@app.acme.test/callback")]
    [InlineData("http://app.acme.test/callback")]
    [InlineData("//app.acme.test/callback")]
    [InlineData("/callback")]
    [InlineData("")]
    public void what_only_resembles_it_is_not(string address) => Assert.False(RedirectRules.IsRegistered(address, [Pattern]));

    [Theory]
    [InlineData("https://app.acme.test/callback|https://evil.test/", "https://evil.test/x")]
    [InlineData("a|https://app.acme.test/callback", "https://app.acme.test/callback/x")]
    [InlineData("https://app.acme.test/callback$|x", "https://app.acme.test/callbackx")]
    [InlineData("^https://app.acme.test/", "https://app.acme.test/x")]
    [InlineData("https://app.acme.test/callback\\", "https://app.acme.test/callback")]
    [InlineData("(https://app.acme.test/callback", "https://app.acme.test/callback")]
    [InlineData("(?i)https://app.acme.test/callback)|(?:.*", "https://evil.test/")]
    public void a_pattern_matches_the_whole_address_or_not_at_all_whatever_alternatives_it_has(string pattern, string address) =>
        Assert.False(RedirectRules.IsRegistered(address, [pattern]));

    [Fact]
    public void a_pattern_without_a_path_also_takes_the_root_and_no_other()
    {
        Assert.True(RedirectRules.IsRegistered("https://app.acme.test/", ["https://app.acme.test"]));
        Assert.False(RedirectRules.IsRegistered("https://app.acme.test//", ["https://app.acme.test"]));
        Assert.False(RedirectRules.IsRegistered("https://app.acme.test/x", ["https://app.acme.test"]));
        Assert.False(RedirectRules.IsRegistered("https://app.acme.test/?x", ["https://app.acme.test"]));
    }

    [Theory]
    [InlineData("http://127.0.0.1:51234/callback", true)]
    [InlineData("http://127.0.0.1/callback", true)]
    [InlineData("http://127.0.0.1:999999/callback", false)]
    [InlineData("http://127.0.0.1:65536/callback", false)]
    [InlineData("http://127.0.0.1:65535/callback", true)]
    [InlineData("http://127.0.0.1:51234/other", false)]
    [InlineData("http://127.0.0.1:51234.evil.test/callback", false)]
    [InlineData("http://127.0.0.1:51234@evil.test/callback", false)]
    [InlineData("http://127.0.0.1.evil.test/callback", false)]
    [InlineData("http://127.0.0.2:51234/callback", false)]
    [InlineData("http://127.1:51234/callback", false)]
    [InlineData("http://0x7f.0.0.1:51234/callback", false)]
    [InlineData("http://2130706433/callback", false)]
    [InlineData("http://localhost:51234/callback", false)]
    [InlineData("http://localhost.evil.test/callback", false)]
    [InlineData("http://[::1]:51234/callback", false)]
    [InlineData("https://127.0.0.1:51234/callback", false)]
    [InlineData("http://127.0.0.1:51234/callback#x", false)]
    public void only_the_port_of_a_loopback_address_is_free(string address, bool isRegistered) =>
        Assert.Equal(isRegistered, RedirectRules.IsRegistered(address, ["http://127.0.0.1/callback"]));

    [Theory]
    [InlineData("http://localhost:51234/callback", true)]
    [InlineData("http://LOCALHOST:51234/callback", false)]
    [InlineData("http://localhost.:51234/callback", false)]
    [InlineData("http://localhost:51234x/callback", false)]
    [InlineData("http://localhost:@evil.test/callback", false)]
    [InlineData("http://localhost.localdomain/callback", false)]
    [InlineData("http://xlocalhost/callback", false)]
    public void localhost_is_itself_and_no_variant_of_it(string address, bool isRegistered) =>
        Assert.Equal(isRegistered, RedirectRules.IsRegistered(address, ["http://localhost/callback"]));

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JaVaScRiPt:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("vbscript:x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("blob:https://app.acme.test/x")]
    [InlineData("view-source:https://app.acme.test/")]
    [InlineData("https:app.acme.test/callback")]
    [InlineData("https:///callback")]
    [InlineData("1https://app.acme.test/")]
    public void what_can_be_no_target_is_none_even_where_a_pattern_takes_everything(string address) =>
        Assert.False(RedirectRules.IsRegistered(address, [".*"]));

    [Fact]
    public void a_pattern_that_cannot_decide_in_time_allows_nothing()
    {
        var address = "https://app.acme.test/" + new string('a', 2_000) + "!";

        Assert.False(RedirectRules.IsRegistered(address, ["https://app.acme.test/(a+)+(a+)+(a+)+$"]));
        Assert.False(RedirectRules.IsRegistered(address, ["https://app.acme.test/(?!b)(a+)+(a+)+(a+)+$"]));
    }

    /// <summary>A wall clock says no on a busy machine, to a registered address too: seen once in a benchmark.</summary>
    [Fact]
    public void a_registered_address_does_not_depend_on_how_long_its_pattern_takes()
    {
        var address = "https://app.acme.test/" + new string('a', 2_000);

        Assert.True(RedirectRules.IsRegistered(address, ["https://app.acme.test/(?:(?:a+)+(?:a+)+b|a+)"]));
        Assert.True(RedirectRules.IsRegistered("https://app.acme.test/good", ["https://app.acme.test/(?!evil)[a-z]+"]));
        Assert.False(RedirectRules.IsRegistered("https://app.acme.test/evil", ["https://app.acme.test/(?!evil)[a-z]+"]));
    }
}
