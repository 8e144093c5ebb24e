using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Tests.ForwardAuth;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Keys;

public sealed class SsoCookieTests
{
    private static readonly TenantKeys _keys = new ClusterOfOneObject().KeysOf(Some.Cheese);

    [Fact]
    public void what_was_minted_is_read_back()
    {
        var verdict = Verify(Mint());

        var claims = Assert.IsType<SsoCookieVerdict.Valid>(verdict).Claims;
        Assert.Equal("subject-of-ada", claims.Subject);
        Assert.Equal("ada@example.com", claims.User);
        Assert.Equal("interceptor", claims.Mode);
        Assert.Equal("sid-cheese/cheese", claims.Sid);
        Assert.Equal(The.Instant.AddDays(7), claims.ExpiresAt);
        Assert.Contains("Ada Lovelace", claims.ProfileJson, StringComparison.Ordinal);
    }

    [Fact]
    public void a_cookie_never_outlives_its_session()
    {
        var cookie = SsoCookie.Mint(Some.Session(Some.Cheese) with { ExpiresAt = The.Instant.AddHours(1) }, Some.Cheese, _keys, "https://login.example.com", The.Instant, TimeSpan.FromDays(7))!;

        var verdict = SsoCookie.Verify(cookie, _keys, Some.Cheese, The.Instant.AddHours(1));

        Assert.Equal(new SsoCookieVerdict.Invalid(SsoCookieProblem.Expired), verdict);
    }

    [Fact]
    public void a_cookie_says_that_the_session_has_the_profile_that_did_not_fit()
    {
        var cookie = SsoCookie.Mint(Some.Session(Some.Cheese) with { ProfileJson = $"\"{new string('x', 4000)}\"" }, Some.Cheese, _keys, "https://login.example.com", The.Instant, TimeSpan.FromDays(7))!;

        var claims = Assert.IsType<SsoCookieVerdict.Valid>(Verify(cookie)).Claims;

        Assert.True(cookie.Length <= SsoCookie.MaxLength);
        Assert.Null(claims.ProfileJson);
        Assert.True(claims.ProfileIsInSession);
    }

    [Fact]
    public void the_previous_key_still_verifies()
    {
        var rotated = _keys with { CookieKeys = [new SymmetricKey("new", [.. new byte[32]]), .. _keys.CookieKeys] };

        var verdict = SsoCookie.Verify(Mint(), rotated, Some.Cheese, The.Instant);

        Assert.IsType<SsoCookieVerdict.Valid>(verdict);
    }

    [Theory]
    [InlineData("""{"sub":"a"}""", SsoCookieProblem.Claims)]
    [InlineData("""[]""", SsoCookieProblem.Claims)]
    [InlineData("""{"exp":1e999}""", SsoCookieProblem.Claims)]
    [Trait("Attack", "30")]
    public void a_payload_we_would_not_write_is_refused_even_with_our_signature(string payload, object problem)
    {
        var verdict = Verify(Signed(payload));

        Assert.Equal(new SsoCookieVerdict.Invalid((SsoCookieProblem)problem), verdict);
    }

    [Theory]
    [InlineData("\"exp\":1767841445", "\"exp\":1767841445,\"exp\":9999999999", SsoCookieProblem.Claims)]
    [InlineData("\"exp\":1767841445", "\"exp\":1767841445.5", SsoCookieProblem.Claims)]
    [InlineData("\"exp\":1767841445", "\"exp\":\"1767841445\"", SsoCookieProblem.Claims)]
    [InlineData("\"exp\":1767841445", "\"exp\":99999999999999", SsoCookieProblem.Claims)]
    [InlineData("\"aud\":\"uitsmijter-sso\"", "\"aud\":\"cookbooks.example.com\"", SsoCookieProblem.Audience)]
    [InlineData("\"aud\":\"uitsmijter-sso\"", "\"aud\":[\"uitsmijter-sso\"]", SsoCookieProblem.Claims)]
    [InlineData("cheese/cheese\",\"resp", "egg/egg\",\"resp", SsoCookieProblem.Audience)]
    [InlineData("\"iat\":1767236645", "\"iat\":1767409445", SsoCookieProblem.NotYetValid)]
    [InlineData("\"exp\":1767841445", "\"exp\":1", SsoCookieProblem.Expired)]
    [InlineData("\"sub\":\"subject-of-ada\"", "\"sub\":\"\\ud800\"", SsoCookieProblem.Claims)]
    [Trait("Attack", "17")]
    public void one_wrong_claim_is_enough(string right, string wrong, object problem)
    {
        var payload = Some.Text(Mint().Split('.')[1])
            .Replace($"\"exp\":{The.Instant.AddDays(7).ToUnixTimeSeconds()}", "\"exp\":1767841445", StringComparison.Ordinal)
            .Replace($"\"iat\":{The.Instant.ToUnixTimeSeconds()}", "\"iat\":1767236645", StringComparison.Ordinal);
        Assert.Contains(right, payload, StringComparison.Ordinal);

        var verdict = SsoCookie.Verify(Signed(payload.Replace(right, wrong, StringComparison.Ordinal)), _keys, Some.Cheese, DateTimeOffset.FromUnixTimeSeconds(1767236645));

        Assert.Equal(new SsoCookieVerdict.Invalid((SsoCookieProblem)problem), verdict);
    }

    [Fact]
    [Trait("Attack", "17")]
    public void no_text_whatever_makes_it_throw_and_no_change_makes_it_valid()
    {
        var good = Mint();
        var characters = Gen.Elements("AQgw.-_=+/ {}\"\0é".ToCharArray());
        var change = Gen.Choose(0, good.Length - 1).SelectMany(at => characters.Select(character => (at, character)));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(change.ToArbitrary(), change =>
        {
            var text = good[..change.at] + change.character + good[(change.at + 1)..];
            return text == good || Verify(text) is SsoCookieVerdict.Invalid;
        }));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll<string>(text =>
            Verify(text ?? "") is SsoCookieVerdict.Invalid && SsoCookie.ClaimedTenant(text) is null && BearerToken.Verify(text ?? "", Some.Cheese, "https://login.example.com", _keys, The.Instant, acceptShared: true) is BearerVerdict.Invalid));
    }

    private static string Mint() => SsoCookie.Mint(Some.Session(Some.Cheese), Some.Cheese, _keys, "https://login.example.com", The.Instant, TimeSpan.FromDays(7))!;

    private static SsoCookieVerdict Verify(string text) => SsoCookie.Verify(text, _keys, Some.Cheese, The.Instant);

    private static string Signed(string payload)
    {
        var signed = $"{Mint().Split('.')[0]}.{Some.Base64Url(payload)}";
        return $"{signed}.{Some.Base64Url(HMACSHA256.HashData(_keys.CookieKeys[0].Key.AsSpan(), Encoding.ASCII.GetBytes(signed)))}";
    }
}
