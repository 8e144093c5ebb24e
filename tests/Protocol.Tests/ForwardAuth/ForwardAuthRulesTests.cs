using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.ForwardAuth;

/// <summary>The order of checks, as a table.</summary>
public sealed class ForwardAuthRulesTests
{
    private const string Responsibility = "r";

    private static readonly Tenant _tenant = new() { Name = "acme", Hosts = ["app.acme.test"] };

    private static readonly ForwardedRequest _page = new() { Method = "GET", Scheme = "https", Host = "app.acme.test", Target = "/", IsNavigation = true };

    private static readonly ForwardedRequest _script = _page with { IsNavigation = false };

    private static readonly Credential.Cookie _cookie = new()
    {
        Tenant = "acme",
        Responsibility = Responsibility,
        Mode = "interceptor",
        AuthTime = The.Instant,
        IssuedAt = The.Instant,
        ExpiresAt = The.Instant.AddHours(4),
    };

    [Fact]
    public void staleness_comes_before_everything()
    {
        var decision = ForwardAuthRules.DecideOpen(isCurrent: false, null, PublicPaths.None, _page);

        Assert.Equal(new ForwardAuthDecision.Unavailable(), decision);
    }

    [Fact]
    public void a_host_nobody_named_is_forbidden_even_as_a_preflight() =>
        Assert.Equal(
            new ForwardAuthDecision.Forbidden(ForwardAuthReason.NoTenant),
            ForwardAuthRules.DecideOpen(isCurrent: true, null, PublicPaths.Compile(["/**"]), _page with { IsPreflight = true }));

    [Fact]
    public void switched_off_is_off_also_for_public_paths_and_preflights()
    {
        var off = _tenant with { Interceptor = new InterceptorSettings { Enabled = false, AllowPreflight = true, PublicPaths = ["/**"] } };

        var decision = ForwardAuthRules.DecideOpen(isCurrent: true, off, PublicPaths.Compile(["/**"]), _page with { IsPreflight = true });

        Assert.Equal(new ForwardAuthDecision.Forbidden(ForwardAuthReason.TenantNotAllowed), decision);
    }

    [Fact]
    public void a_public_path_needs_nothing_and_other_paths_take_a_credential()
    {
        var paths = PublicPaths.Compile(["/public/**"]);

        Assert.Equal(new ForwardAuthDecision.Allow(Pass.PublicPath), ForwardAuthRules.DecideOpen(true, _tenant, paths, _page with { Target = "/public/a" }));
        Assert.Null(ForwardAuthRules.DecideOpen(true, _tenant, paths, _page));
    }

    public static TheoryData<Credential, bool, int, string> EachCookie { get; } = new()
    {
        // credential, revoked, minutes later, decision for a page
        { _cookie, false, 0, nameof(ForwardAuthDecision.Allow) },
        { _cookie, false, 179, nameof(ForwardAuthDecision.Allow) },
        { _cookie, false, 180, nameof(ForwardAuthDecision.AllowAndRenew) },
        { _cookie, false, 239, nameof(ForwardAuthDecision.AllowAndRenew) },
        { _cookie, false, 240, nameof(ForwardAuthDecision.LogIn) },
        { _cookie, true, 0, nameof(ForwardAuthDecision.LogIn) },
        { _cookie, true, 200, nameof(ForwardAuthDecision.LogIn) },
        { _cookie with { Tenant = "other" }, false, 0, nameof(ForwardAuthDecision.LogIn) },
        { _cookie with { Tenant = "ACME" }, false, 0, nameof(ForwardAuthDecision.LogIn) },
        { _cookie with { Responsibility = "other" }, false, 0, nameof(ForwardAuthDecision.LogIn) },
        { _cookie with { Mode = "oauth" }, false, 0, nameof(ForwardAuthDecision.LogIn) },
        { Credential.Nothing, false, 0, nameof(ForwardAuthDecision.LogIn) },
        { Credential.ForeignCookie, false, 0, nameof(ForwardAuthDecision.LogIn) },
        { Credential.ValidBearer, false, 0, nameof(ForwardAuthDecision.Allow) },
        { Credential.ValidBearer, true, 0, nameof(ForwardAuthDecision.NotLoggedIn) },
        { Credential.InvalidBearer, false, 0, nameof(ForwardAuthDecision.NotLoggedIn) },
    };

    [Theory, MemberData(nameof(EachCookie))]
    public void each_credential_has_one_door(Credential credential, bool isRevoked, int minutes, string expected)
    {
        var page = ForwardAuthRules.DecideCredential(_tenant, Responsibility, _page, credential, isRevoked, The.Instant.AddMinutes(minutes));
        var script = ForwardAuthRules.DecideCredential(_tenant, Responsibility, _script, credential, isRevoked, The.Instant.AddMinutes(minutes));

        Assert.Equal(expected, page.GetType().Name);
        Assert.Equal(expected == nameof(ForwardAuthDecision.LogIn) ? nameof(ForwardAuthDecision.NotLoggedIn) : expected, script.GetType().Name);
    }

    [Fact]
    public void a_refused_bearer_is_told_apart_from_no_login()
    {
        var bearer = ForwardAuthRules.DecideCredential(_tenant, Responsibility, _page, Credential.InvalidBearer, false, The.Instant);
        var none = ForwardAuthRules.DecideCredential(_tenant, Responsibility, _script, Credential.Nothing, false, The.Instant);
        var foreign = ForwardAuthRules.DecideCredential(_tenant, Responsibility, _script, Credential.ForeignCookie, false, The.Instant);

        Assert.Equal(new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.InvalidToken, IsBearer: true), bearer);
        Assert.Equal(new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.InvalidToken, IsBearer: false), none);
        Assert.Equal(new ForwardAuthDecision.NotLoggedIn(ForwardAuthReason.TenantMismatch, IsBearer: false), foreign);
    }

    [Theory]
    [InlineData(true, "anything", "dbf0dea75e338e296e034be7b3d69aab4407771f")]
    [InlineData(false, "page.ham.test", "49bed9b852cb346961f47fc07b10b00787bcf19b")]
    [Trait("Contract", "http 72")]
    public void responsibility_is_the_tenants_or_the_hosts(bool silent, string host, string expected)
    {
        var tenant = new Tenant { Name = "cheese/cheese", Hosts = [host], SilentLogin = silent };

        Assert.Equal(expected, ResponsibilityRules.Of(tenant, host));
    }
}
