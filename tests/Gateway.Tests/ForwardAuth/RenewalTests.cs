using System.Net;
using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Renewal leaves the gateway once, keeps the old cookie good, and stops for nobody but a definite no.</summary>
public sealed class RenewalTests
{
    [Fact]
    public async Task before_three_quarters_nothing_is_renewed()
    {
        await using var gate = await Open();
        var cookie = gate.CookieOf(Some.Cheese);
        await gate.Advance((Some.CookieLife * 0.75) - TimeSpan.FromSeconds(1));

        using var answer = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(0, gate.Cluster.Validations);
    }

    [Fact]
    public async Task fifty_requests_at_once_renew_once_and_the_old_cookie_gets_the_same_new_one_again()
    {
        await using var gate = await Open();
        var cookie = await DueCookie(gate);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gate.Ask("cookbooks.example.com", cookie: cookie)));
        using var later = await gate.Ask("goat.example.com", cookie: cookie);

        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        var set = answers.Append(later).Select(NewCookie).OfType<string>().Distinct().ToArray();
        Assert.NotNull(NewCookie(later));
        Assert.Single(set);
        Assert.Equal(1, gate.Cluster.Renewals);
        Assert.Equal(1, gate.Cluster.Validations);
    }

    [Fact]
    public async Task the_new_cookie_is_good_and_not_renewed_again()
    {
        await using var gate = await Open();
        using var renewed = await gate.Ask("cookbooks.example.com", cookie: await DueCookie(gate));

        using var answer = await gate.Ask("cookbooks.example.com", cookie: NewCookie(renewed)!);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(NewCookie(answer));
        Assert.Equal(1, gate.Cluster.Renewals);
    }

    [Fact]
    public async Task a_slow_script_costs_the_request_two_seconds_at_most_and_its_result_reaches_the_next_one()
    {
        await using var gate = await Open();
        var script = new TaskCompletionSource<ValidationOutcome>();
        gate.Cluster.Validate = _ => script.Task;
        var cookie = await DueCookie(gate);

        var first = gate.Ask("cookbooks.example.com", cookie: cookie);
        await gate.Until(() => gate.Cluster.Validations == 1);
        using var second = await gate.Ask("cookbooks.example.com", cookie: cookie);
        await gate.Advance(SessionRenewals.Patience);
        using var answer = await first;
        script.SetResult(new ValidationOutcome.Valid());
        await gate.Until(async () => NewCookie(await gate.Ask("cookbooks.example.com", cookie: cookie)) is not null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(NewCookie(answer));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(1, gate.Cluster.Validations);
    }

    [Fact]
    public async Task two_seconds_that_pass_while_the_script_is_being_asked_are_waited_only_once()
    {
        await using var gate = await Open();
        gate.Cluster.Validate = _ =>
        {
            gate.Clock.Advance(SessionRenewals.Patience);
            return new TaskCompletionSource<ValidationOutcome>().Task;
        };

        using var answer = await gate.Ask("cookbooks.example.com", cookie: await DueCookie(gate));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(NewCookie(answer));
    }

    [Fact]
    public async Task a_failing_script_leaves_the_cookie_good_and_is_asked_again_a_minute_later()
    {
        await using var gate = await Open();
        gate.Cluster.Validate = static _ => Task.FromResult<ValidationOutcome>(new ValidationOutcome.Failed(ScriptFailure.TimedOut));
        var cookie = await DueCookie(gate);

        using var first = await gate.Ask("cookbooks.example.com", cookie: cookie);
        using var second = await gate.Ask("cookbooks.example.com", cookie: cookie);
        var asked = gate.Cluster.Validations;
        gate.Cluster.Validate = static _ => Task.FromResult<ValidationOutcome>(new ValidationOutcome.Valid());
        await gate.Advance(SessionRenewals.Pause);
        using var third = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Null(NewCookie(second));
        Assert.Equal(1, asked);
        Assert.NotNull(NewCookie(third));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_missing_validation_class_counts_as_valid_only_where_that_is_allowed(bool allowed)
    {
        await using var gate = await Gate.Open(settings: settings => settings with { AllowMissingProviders = allowed });
        Renewing(gate);
        gate.Cluster.Validate = static _ => Task.FromResult<ValidationOutcome>(new ValidationOutcome.Failed(ScriptFailure.ClassMissing));

        using var answer = await gate.Ask("cookbooks.example.com", cookie: await DueCookie(gate));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(allowed, NewCookie(answer) is not null);
    }

    [Fact]
    public async Task a_session_that_is_gone_sends_the_person_to_the_login_page()
    {
        await using var gate = await Open();
        gate.Cluster.Renew = static (_, _, _) => new SessionOutcome.Gone();
        var cookie = await DueCookie(gate);

        using var first = await gate.Ask("cookbooks.example.com", cookie: cookie);
        using var second = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_session_that_ends_while_its_renewal_is_in_flight_opens_nothing()
    {
        await using var gate = await Open();
        var script = new TaskCompletionSource<ValidationOutcome>();
        gate.Cluster.Validate = _ => script.Task;
        var asked = gate.Ask("cookbooks.example.com", cookie: await DueCookie(gate));
        await gate.Until(() => gate.Cluster.Validations == 1);
        var sid = Some.Session(Some.Cheese).Sid;
        gate.Cluster.Revoke(RevocationKind.Session, sid);
        await gate.Until(() => gate.Revocations.IsRevoked(RevocationKind.Session, sid));

        script.SetResult(new ValidationOutcome.Valid());
        using var answer = await asked;

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Null(NewCookie(answer));
    }

    [Fact]
    public async Task an_invalid_user_gets_403_also_as_a_program()
    {
        await using var gate = await Open();
        gate.Cluster.Validate = static _ => Task.FromResult<ValidationOutcome>(new ValidationOutcome.Invalid());

        using var answer = await gate.Ask("cookbooks.example.com", cookie: await DueCookie(gate), headers: new() { ["Accept"] = "application/json", ["Sec-Fetch-Mode"] = "cors" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("ERRORS.INVALIDATE", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_person_whose_proxy_drops_the_new_cookie_is_led_over_the_login_page_once()
    {
        await using var gate = await Open();
        var cookie = await DueCookie(gate);
        using var renewed = await gate.Ask("cookbooks.example.com", cookie: cookie);
        using var atOnce = await gate.Ask("cookbooks.example.com", cookie: cookie);
        await gate.Advance(SessionRenewals.Pause);

        using var script = await gate.Ask("cookbooks.example.com", cookie: cookie, headers: new() { ["Sec-Fetch-Mode"] = "cors" });
        using var page = await gate.Ask("cookbooks.example.com", "/x", cookie);
        using var again = await gate.Ask("cookbooks.example.com", "/x", cookie);

        Assert.NotNull(NewCookie(renewed));
        Assert.Equal(HttpStatusCode.OK, atOnce.StatusCode);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.StartsWith("https://login.example.com/login?for=", page.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(1, gate.Cluster.Renewals);
    }

    [Fact]
    public async Task where_the_login_page_would_show_a_form_nobody_is_led_there()
    {
        await using var gate = await Open();
        gate.Cluster.Renew = (_, _, life) => new SessionOutcome.Alive(Some.Session(Some.Ham, "page.ham.test") with { ExpiresAt = gate.Clock.GetUtcNow() + life });
        var cookie = gate.CookieOf(Some.Ham, "page.ham.test");
        await gate.Advance(Some.CookieLife * 0.8);
        using var renewed = await gate.Ask("page.ham.test", cookie: cookie);
        await gate.Advance(SessionRenewals.Pause);

        using var page = await gate.Ask("page.ham.test", cookie: cookie);

        Assert.NotNull(NewCookie(renewed));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task over_plain_http_to_a_real_host_no_cookie_is_set()
    {
        await using var gate = await Open();

        using var answer = await gate.Ask("cookbooks.example.com", cookie: await DueCookie(gate), headers: new() { ["X-Forwarded-Proto"] = "http" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(NewCookie(answer));
    }

    private static async Task<Gate> Open()
    {
        var gate = await Gate.Open();
        Renewing(gate);
        return gate;
    }

    private static void Renewing(Gate gate) =>
        gate.Cluster.Renew = (_, _, life) => new SessionOutcome.Alive(Some.Session(Some.Cheese) with { ExpiresAt = gate.Clock.GetUtcNow() + life });

    private static async Task<string> DueCookie(Gate gate)
    {
        var cookie = gate.CookieOf(Some.Cheese);
        await gate.Advance(Some.CookieLife * 0.8);
        return cookie;
    }

    private static string? NewCookie(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var lines) ? lines.Single().Split(';')[0]["uitsmijter-sso=".Length..] : null;
}
