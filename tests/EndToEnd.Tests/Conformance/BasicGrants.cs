using System.Net;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>Plan Basic: codes and refresh tokens.</summary>
/// <param name="worlds">The servers.</param>
public sealed class BasicGrants(Worlds worlds) : ConformanceTests(worlds)
{
    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-codereuse")]
    public async Task a_code_is_good_once(string mode)
    {
        using var party = await Party(mode);
        var code = (await party.Answer(party.Request()))["code"];
        var first = await party.Token(Conformance.Party.CodeForm(code));

        var second = await party.Token(Conformance.Party.CodeForm(code));

        Assert.Equal(HttpStatusCode.OK, first.Status);
        IsInvalidGrant(second);
    }

    /// <summary>The codes of both plans are waited for together: what is waited for is the same.</summary>
    [Fact, Trait("Module", "oidcc-codereuse-30seconds")]
    public async Task a_code_used_again_after_half_a_minute_ends_what_it_gave()
    {
        var used = await Task.WhenAll(Plans.Select(async row =>
        {
            var party = await Party(row.Data);
            var code = (await party.Answer(party.Request()))["code"];
            return (Party: party, Code: code, First: await party.Token(Conformance.Party.CodeForm(code)));
        }));
        Assert.All(used, static one => Assert.Equal(HttpStatusCode.OK, one.First.Status));

        await Task.Delay(TimeSpan.FromSeconds(30));

        foreach (var (party, code, first) in used)
        {
            IsInvalidGrant(await party.Token(Conformance.Party.CodeForm(code)));
            await CodeFlow.Until(async () =>
            {
                using var answer = await party.UserInfo(first.Text("access_token"));
                return answer.StatusCode == HttpStatusCode.Unauthorized;
            });
            party.Dispose();
        }
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-refresh-token")]
    public async Task a_refresh_token_gives_new_tokens_to_its_own_client(string mode)
    {
        using var party = await Party(mode);
        using var other = await Party(mode, Certification.Second);
        var request = new Dictionary<string, string>(party.Request("openid offline_access")) { ["prompt"] = "consent" };
        var first = await party.LogIn(request);
        var foreign = await other.LogIn(other.Request("openid offline_access"));
        await IsPast(first);

        var told = await party.Token(RefreshForm(first));
        var stolen = await party.Token(RefreshForm(foreign));
        var second = await party.Judge(told, told.Body.TryGetProperty("id_token", out _) ? request["nonce"] : null);

        Assert.Matches("^[\\x20-\\x7E]+$", first.Told.Text("refresh_token"));
        Assert.NotEqual(first.Told.Text("access_token"), told.Text("access_token"));
        Assert.Equal(first.IdToken.Subject, second.IdToken.Subject);
        Assert.Equal(first.IdToken.Issuer, second.IdToken.Issuer);
        Assert.Equal(first.IdToken.Audiences, second.IdToken.Audiences);
        Assert.Equal(first.AuthTime, second.AuthTime);
        Assert.True(second.IdToken.IssuedAt >= first.IdToken.IssuedAt);
        IsInvalidGrant(stolen);
    }

    private static Dictionary<string, string> RefreshForm(Login login) => new() { ["grant_type"] = "refresh_token", ["refresh_token"] = login.Told.Text("refresh_token") };

    private static void IsInvalidGrant(Told told)
    {
        Assert.Equal(HttpStatusCode.BadRequest, told.Status);
        Assert.Equal("invalid_grant", told.Text("error"));
    }
}
