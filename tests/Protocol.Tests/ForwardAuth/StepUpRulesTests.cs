using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.ForwardAuth;

/// <summary>Which logins are strong and young enough, and how a caller is told which one would be.</summary>
[Trait("Standard", "RFC 9470 §3")]
public sealed class StepUpRulesTests
{
    private const string Gold = "urn:acme:gold";
    private const string Silver = "urn:acme:silver";

    private static readonly LoginRequirement _strong = new() { AcrValues = [Gold, Silver] };
    private static readonly LoginRequirement _young = new() { MaxAge = TimeSpan.FromMinutes(10) };
    private static readonly LoginRequirement _both = _strong with { MaxAge = TimeSpan.FromMinutes(10) };

    private static readonly ForwardedRequest _page = new() { Method = "GET", Scheme = "https", Host = "app.acme.test", Target = "/", IsNavigation = true };

    private static readonly Credential.Cookie _cookie = new()
    {
        Tenant = "acme",
        Responsibility = "r",
        Mode = "interceptor",
        AuthTime = The.Instant,
        IssuedAt = The.Instant,
        ExpiresAt = The.Instant.AddHours(4),
    };

    public static TheoryData<string?, bool> EachContext { get; } = new()
    {
        { Gold, true },
        { Silver, true },
        { null, false },
        { "", false },
        { "urn:acme:GOLD", false },
        { "urn:acme:gold urn:acme:silver", false },
        { "urn:acme", false },
        { " urn:acme:gold", false },
    };

    [Theory, MemberData(nameof(EachContext))]
    public void any_of_the_contexts_will_do_and_nothing_that_only_resembles_one(string? acr, bool isMet)
    {
        Assert.Equal(isMet, _strong.IsMetBy(acr, The.Instant, The.Instant));
        Assert.Equal(isMet, _both.IsMetBy(acr, The.Instant, The.Instant));
        Assert.True(_young.IsMetBy(acr, The.Instant, The.Instant));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(600, true)]
    [InlineData(601, false)]
    [InlineData(86400, false)]
    [InlineData(-360, true)]
    [InlineData(-361, false)]
    public void a_login_grows_too_old_and_one_from_the_future_has_no_age(int secondsAgo, bool isMet)
    {
        var authTime = The.Instant.AddSeconds(-secondsAgo);

        Assert.Equal(isMet, _young.IsMetBy(null, authTime, The.Instant));
        Assert.Equal(isMet, _both.IsMetBy(Gold, authTime, The.Instant));
        Assert.False(_both.IsMetBy("urn:acme:bronze", authTime, The.Instant));
        Assert.True(_strong.IsMetBy(Gold, authTime, The.Instant));
    }

    [Fact]
    public void a_login_of_unknown_age_is_too_old()
    {
        Assert.False(_young.IsMetBy(Gold, null, The.Instant));
        Assert.True(_strong.IsMetBy(Gold, null, The.Instant));
    }

    [Fact]
    public void a_good_cookie_of_a_weak_login_leads_a_person_to_the_login_and_tells_a_program()
    {
        var tenant = Asking(_strong);

        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.InsufficientAuthentication), Decide(tenant, _cookie));
        Assert.Equal(
            new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.InsufficientAuthentication, IsBearer: false),
            Decide(tenant, _cookie, _page with { IsNavigation = false }));
        Assert.Equal(new ForwardAuthDecision.Allow(Pass.Session), Decide(tenant, _cookie with { Acr = Silver }));
    }

    [Fact]
    public void a_weak_cookie_that_is_due_is_not_renewed()
    {
        var due = The.Instant.AddHours(3);

        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.InsufficientAuthentication), Decide(Asking(_strong), _cookie, now: due));
        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.InsufficientAuthentication), Decide(Asking(_young), _cookie, now: due));
        Assert.Equal(new ForwardAuthDecision.AllowAndRenew(), Decide(Asking(_strong), _cookie with { Acr = Gold }, now: due));
    }

    [Fact]
    public void what_is_no_login_at_all_is_told_before_what_is_a_weak_one()
    {
        var tenant = Asking(_both);

        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.InvalidToken), Decide(tenant, _cookie, isRevoked: true));
        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.InvalidToken), Decide(tenant, _cookie with { Mode = "oauth" }));
        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.InvalidToken), Decide(tenant, _cookie with { Responsibility = "other" }));
        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.InvalidToken), Decide(tenant, _cookie, now: The.Instant.AddHours(4)));
        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.TenantMismatch), Decide(tenant, _cookie with { Tenant = "other" }));
        Assert.Equal(new ForwardAuthDecision.LogIn(ForwardAuthReason.InvalidToken), Decide(tenant, Credential.Nothing));
        Assert.Equal(new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.InvalidToken, IsBearer: true), Decide(tenant, Credential.InvalidBearer));
        Assert.Equal(new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.InvalidToken, IsBearer: true), Decide(tenant, Credential.ValidBearer, isRevoked: true));
    }

    [Fact]
    public void a_good_bearer_of_a_weak_login_is_challenged_and_never_redirected()
    {
        var tenant = Asking(_both);
        var challenged = new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.InsufficientAuthentication, IsBearer: true);

        Assert.Equal(challenged, Decide(tenant, Credential.ValidBearer));
        Assert.Equal(challenged, Decide(tenant, new Credential.Bearer(true) { Acr = Gold }));
        Assert.Equal(challenged, Decide(tenant, new Credential.Bearer(true) { AuthTime = The.Instant }));
        Assert.Equal(challenged, Decide(tenant, new Credential.Bearer(true) { Acr = Gold, AuthTime = The.Instant.AddSeconds(-601) }));
        Assert.Equal(new ForwardAuthDecision.Allow(Pass.Bearer), Decide(tenant, new Credential.Bearer(true) { Acr = Gold, AuthTime = The.Instant }));
    }

    [Fact]
    public void a_challenge_says_what_the_next_authorization_request_has_to_ask_for()
    {
        Assert.Equal(
            "error=\"insufficient_user_authentication\", error_description=\"A stronger login is required\", acr_values=\"urn:acme:gold urn:acme:silver\"",
            StepUpChallenge.Of(_strong));
        Assert.Equal(
            "error=\"insufficient_user_authentication\", error_description=\"A more recent login is required\", max_age=\"600\"",
            StepUpChallenge.Of(_young));
        Assert.Equal(
            "error=\"insufficient_user_authentication\", error_description=\"A stronger or more recent login is required\", acr_values=\"urn:acme:gold urn:acme:silver\", max_age=\"600\"",
            StepUpChallenge.Of(_both));
    }

    [Theory]
    [InlineData("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", true)]
    [InlineData("https://acme.test/two?a=b&c", true)]
    [InlineData("1", true)]
    [InlineData("", false)]
    [InlineData("two factors", false)]
    [InlineData("a\"b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\r\nb", false)]
    [InlineData("zwölf", false)]
    public void a_context_can_stand_in_a_challenge_and_in_a_request(string text, bool isContext) =>
        Assert.Equal(isContext, LoginRequirement.IsContext(text));

    private static Tenant Asking(LoginRequirement requirement) =>
        new() { Name = "acme", Hosts = ["app.acme.test"], Interceptor = new InterceptorSettings { Requirement = requirement } };

    private static ForwardAuthDecision Decide(Tenant tenant, Credential credential, ForwardedRequest? request = null, bool isRevoked = false, DateTimeOffset? now = null) =>
        ForwardAuthRules.DecideCredential(tenant, "r", request ?? _page, credential, isRevoked, now ?? The.Instant);
}
