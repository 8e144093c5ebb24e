namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>Plan Basic: a second request of a person who is logged in, or is not.</summary>
/// <param name="worlds">The servers.</param>
public sealed class BasicSessions(Worlds worlds) : ConformanceTests(worlds)
{
    private static readonly string[] _needsPerson = ["login_required", "interaction_required", "account_selection_required", "consent_required"];

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-prompt-login")]
    public async Task prompt_login_asks_a_person_who_is_logged_in(string mode)
    {
        using var party = await Party(mode);
        var first = await party.LogIn(party.Request());
        await IsPast(first);

        var second = await party.LogIn(new(party.Request()) { ["prompt"] = "login" });

        Assert.Equal(2, party.Person.Logins);
        Assert.Equal(first.IdToken.Subject, second.IdToken.Subject);
        Assert.True(second.AuthTime > first.AuthTime);
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-prompt-none-not-logged-in")]
    public async Task prompt_none_tells_that_nobody_is_logged_in(string mode)
    {
        using var party = await Party(mode);

        var answer = await party.Answer(new(party.Request()) { ["prompt"] = "none" });

        Assert.Contains(answer["error"], _needsPerson);
        Assert.False(answer.ContainsKey("code"));
    }

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-prompt-none-logged-in")]
    public Task prompt_none_succeeds_with_a_session(string mode) => SameLogin(mode, static _ => new() { ["prompt"] = "none" });

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-max-age-10000")]
    public Task max_age_of_hours_takes_a_fresh_login(string mode) => SameLogin(mode, static _ => new() { ["max_age"] = "10000" });

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-id-token-hint")]
    public Task an_id_token_says_who_is_meant(string mode) =>
        SameLogin(mode, static first => new() { ["prompt"] = "none", ["id_token_hint"] = first.Told.Text("id_token") });

    [Theory, MemberData(nameof(Plans)), Trait("Module", "oidcc-max-age-1")]
    public async Task max_age_of_a_second_asks_again(string mode)
    {
        using var party = await Party(mode);
        var first = await party.LogIn(party.Request());
        // A login of the same second, or of the one before, may still be young enough.
        await IsPast(first, seconds: 3);

        var asked = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var second = await party.LogIn(new(party.Request()) { ["max_age"] = "1" });

        Assert.Equal(2, party.Person.Logins);
        Assert.True(second.AuthTime > first.AuthTime);
        Assert.InRange(second.AuthTime, asked, long.MaxValue);
    }

    private async Task SameLogin(string mode, Func<Login, Dictionary<string, string>> more)
    {
        using var party = await Party(mode);
        var first = await party.LogIn(party.Request());
        var request = party.Request();
        foreach (var (name, value) in more(first))
        {
            request[name] = value;
        }

        await IsPast(first);
        var second = await party.LogIn(request);

        Assert.Equal(1, party.Person.Logins);
        Assert.Equal(first.IdToken.Subject, second.IdToken.Subject);
        Assert.Equal(first.AuthTime, second.AuthTime);
    }
}
