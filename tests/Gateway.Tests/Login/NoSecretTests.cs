using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>Every flow of the login, with everything captured that any category logs at any level, and everything the browser is shown.</summary>
[Trait("Attack", "45")]
public sealed class NoSecretTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https://cookbooks.example.com/soup%3Fprivate%3Dparameter-of-the-application&mode=interceptor";
    private const string WrongPassword = "a wrong password nobody may read";

    [Fact]
    public async Task no_password_cookie_ticket_or_committed_value_is_in_any_log_or_on_any_page()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var secrets = new List<string> { FakeProvider.Password, WrongPassword, FakeKeys.SharedSecret, "only for her", "parameter-of-the-application" };

        await browser.LogIn(Host, Query, password: WrongPassword);
        await browser.LogIn(Host, Query);
        secrets.AddRange(browser.Jar.Values);
        await browser.Get(Host, $"/login{Query}");
        await browser.Get(Host, "/login?for=https:evil");
        await browser.Get("unknown.example", "/login");
        var form = await browser.Get("id.ham.test", "/login?for=https://page.ham.test/");
        secrets.Add(form.Hidden("ticket")!);
        world.Cluster.Provider.Failure = ScriptFailure.Threw;
        await browser.Submit("id.ham.test", form, "ada@example.com", WrongPassword);
        world.Cluster.Refusing = ("|user|", TimeSpan.FromMinutes(1));
        await browser.Submit("id.ham.test", form, "eve@example.com", WrongPassword);
        world.Cluster.Outage = new TimeoutException("no silo");
        await browser.Submit("id.ham.test", form, "ada@example.com", WrongPassword);
        world.Cluster.Outage = null;
        await browser.Get(Host, "/logout/finalize?location=//cookbooks.example.com");

        var logged = string.Join('\n', world.Logs);
        Assert.Contains("Login succeeded", logged, StringComparison.Ordinal);
        Assert.Contains("Logged out", logged, StringComparison.Ordinal);
        Assert.All(
            secrets.Where(static secret => secret.Length > 8),
            secret => Assert.DoesNotContain(world.Logs, line => line.Contains(secret, StringComparison.Ordinal) && !IsFrameworksOwn(line)));
        Assert.All(
            new[] { FakeProvider.Password, WrongPassword, FakeKeys.SharedSecret, "only for her", browser.CookieNamed("uitsmijter-sso") ?? WrongPassword },
            secret => Assert.DoesNotContain(browser.Seen, page => page.Contains(secret, StringComparison.Ordinal)));
    }

    /// <summary>Kestrel and hosting write request lines at levels the product switches off, where queries stand in them.</summary>
    private static bool IsFrameworksOwn(string line) =>
        line.Contains("Request starting", StringComparison.Ordinal)
        || line.Contains("Request finished", StringComparison.Ordinal);
}
