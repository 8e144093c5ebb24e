using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Authorization;

public sealed class AuthorizeRulesTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AuthorizationRequest _request = new() { ClientId = "client", RedirectUri = "https://app.example/", ResponseMode = ResponseModes.Query };
    private static readonly LoginFacts _login = new("ada", _now.AddMinutes(-5), IsFresh: false, Acr: "plain");

    [Fact]
    public void a_login_that_is_weaker_than_wished_is_repeated_once()
    {
        var wish = _request with { AcrValues = ["strong"] };

        Assert.IsType<AuthorizeDecision.LogIn>(Decide(wish, _login));
        Assert.IsType<AuthorizeDecision.Issue>(Decide(wish, _login with { IsFresh = true }));
        Assert.IsType<AuthorizeDecision.Issue>(Decide(wish, _login with { Acr = "strong" }));
        Assert.IsType<AuthorizeDecision.LogIn>(Decide(wish, _login with { Acr = null }));
    }

    [Fact]
    public void a_wish_alone_does_not_break_a_silent_request_and_an_essential_one_does()
    {
        var silent = _request with { Prompt = [PromptValues.None] };

        Assert.IsType<AuthorizeDecision.Issue>(Decide(silent with { AcrValues = ["strong"] }, _login));
        Assert.Equal(OAuthErrors.LoginRequired, Error(silent with { Claims = Essential("strong") }, _login));
    }

    [Fact]
    public void an_essential_context_that_a_login_for_this_request_did_not_reach_is_unmet()
    {
        var request = _request with { Claims = Essential("strong"), AcrValues = ["plain"] };

        Assert.Equal(OAuthErrors.UnmetAuthenticationRequirements, Error(request, _login with { IsFresh = true }));
        Assert.IsType<AuthorizeDecision.LogIn>(Decide(request, _login));
        Assert.IsType<AuthorizeDecision.Issue>(Decide(request, _login with { Acr = "strong" }));
    }

    [Theory]
    [InlineData(299, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void a_login_older_than_max_age_is_repeated(int seconds, bool isRepeated)
    {
        var decision = Decide(_request with { MaxAge = TimeSpan.FromSeconds(seconds) }, _login);

        Assert.Equal(isRepeated, decision is AuthorizeDecision.LogIn);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(299, true)]
    [InlineData(301, false)]
    public void a_login_ages_while_a_person_is_asked_something(int seconds, bool isRepeated)
    {
        var waited = _login with { IsFresh = true, HasWaited = true };

        var decision = Decide(_request with { MaxAge = TimeSpan.FromSeconds(seconds) }, waited);

        // max_age=0 asks for a login, not for an age: else nobody could ever answer.
        Assert.Equal(isRepeated, decision is AuthorizeDecision.LogIn);
        Assert.IsType<AuthorizeDecision.Issue>(Decide(_request with { Prompt = [PromptValues.Login] }, waited));
    }

    [Theory]
    [InlineData(PromptValues.Login)]
    [InlineData(PromptValues.SelectAccount)]
    public void who_must_be_asked_is_asked_and_not_for_ever(string prompt)
    {
        Assert.IsType<AuthorizeDecision.LogIn>(Decide(_request with { Prompt = [prompt] }, _login));
        Assert.IsType<AuthorizeDecision.Issue>(Decide(_request with { Prompt = [prompt] }, _login with { IsFresh = true }));
    }

    [Fact]
    public void a_subject_wished_by_value_is_a_hint_like_an_id_token()
    {
        var request = _request with { Claims = ClaimsRequest.Parse("""{"id_token":{"sub":{"value":"eve"}}}""")! };

        Assert.IsType<AuthorizeDecision.LogIn>(Decide(request, _login));
        Assert.Equal(OAuthErrors.LoginRequired, Error(request, _login with { IsFresh = true }));
        Assert.IsType<AuthorizeDecision.Issue>(Decide(request, _login with { Subject = "eve" }));
    }

    private static ClaimsRequest Essential(string acr) => ClaimsRequest.Parse("{\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"" + acr + "\"}}}")!;

    private static AuthorizeDecision Decide(AuthorizationRequest request, LoginFacts login) => AuthorizeRules.Decide(request, login, null, _now);

    private static string Error(AuthorizationRequest request, LoginFacts login) => Assert.IsType<AuthorizeDecision.Refuse>(Decide(request, login)).Error.Error;
}
