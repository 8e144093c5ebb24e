using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

[Trait("Attack", "36")]
public sealed class ThrottleTests
{
    private const string Host = "login.example.com";
    private const string Query = "?for=https://cookbooks.example.com/soup&mode=interceptor";
    private const string Ada = "ada@example.com";

    [Theory]
    [InlineData("|user|")]
    [InlineData("|network|")]
    public async Task a_full_counter_is_429_with_a_page_that_says_when_and_the_script_is_not_asked(string counter)
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Refusing = (counter, TimeSpan.FromSeconds(90.2));

        var answer = await world.OpenBrowser().LogIn(Host, Query);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.Equal("91", answer.Headers["Retry-After"]);
        Assert.Contains("data-error=\"LOGIN.ERRORS.TOO_MANY_ATTEMPTS\"", answer.Body, StringComparison.Ordinal);
        Assert.Equal("https://cookbooks.example.com/soup", answer.Hidden("location"));
        Assert.Empty(world.Cluster.Provider.Asked);
    }

    [Fact]
    public async Task an_attempt_at_a_cluster_that_fails_is_503()
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Provider.Decide = static _ => throw new TimeoutException();

        var answer = await world.OpenBrowser().LogIn(Host, Query);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
    }

    [Fact]
    public async Task a_right_password_gives_back_its_attempt_and_forgives_only_the_browser_it_knows()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        await browser.LogIn(Host, Query);
        await browser.LoseLogin().LogIn(Host, Query);

        Assert.Equal((1, 0), Counted(world, "|user|"));
        Assert.Equal((1, 1), Counted(world, "|device|"));
        Assert.Equal((2, 0), Counted(world, "|network|"));
    }

    [Fact]
    public async Task a_namesake_with_another_accent_buys_no_fresh_guesses_by_logging_in()
    {
        await using var world = await LoginWorld.Start();
        var namesake = world.OpenBrowser();

        await namesake.LogIn(Host, Query, "jos\u00e9");
        await namesake.LoseLogin().LogIn(Host, Query, "jose", "a guess");

        var counter = Assert.Single(world.Cluster.Throttles, static throttle => throttle.Key.Contains("|user|", StringComparison.Ordinal)).Value;
        Assert.Equal((2, 1, 0), (counter.Taken, counter.GivenBack, counter.Forgiven));
        Assert.DoesNotContain(world.Cluster.Throttles.Keys, static key => key.Contains("|device|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task spelling_case_and_forwarded_addresses_of_strangers_split_no_counter()
    {
        await using var world = await LoginWorld.Start(new() { TrustedProxies = "10.9.8.7", Secure = false });
        var browser = world.OpenBrowser();

        foreach (var name in new[] { "ada@example.com", "ADA@example.com", " ada@example.com", "a\u200bda@example.com", "\uff41da@example.com" })
        {
            browser.Headers["X-Forwarded-For"] = $"203.0.113.{name.Length}";
            await browser.LogIn(Host, Query, name, "wrong");
        }

        Assert.Single(world.Cluster.Throttles.Keys, static key => key.Contains("|user|", StringComparison.Ordinal));
        Assert.Single(world.Cluster.Throttles.Keys, static key => key.Contains("|network|", StringComparison.Ordinal));
    }

    [Fact]
    public async Task the_same_name_at_two_tenants_is_two_people()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();

        await browser.LogIn(Host, Query, Ada, "wrong");
        await browser.LogIn("id.ham.test", "?for=https://page.ham.test/&mode=interceptor", Ada, "wrong");

        Assert.Equal(2, world.Cluster.Throttles.Keys.Count(static key => key.Contains("|user|", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task strangers_who_lock_a_name_do_not_lock_out_the_person_in_front_of_their_own_browser()
    {
        await using var world = await LoginWorld.Start();
        var own = world.OpenBrowser();
        await own.LogIn(Host, Query);
        await own.Get(Host, "/logout/finalize?location=//cookbooks.example.com");
        world.Cluster.Refusing = ("|user|", TimeSpan.FromMinutes(15));

        var stranger = await world.OpenBrowser().LogIn(Host, Query);
        var person = await own.LogIn(Host, Query);
        var anotherNameInTheSameBrowser = await own.LoseLogin().LogIn(Host, Query, "bob@example.com");

        Assert.Equal(HttpStatusCode.TooManyRequests, stranger.Status);
        Assert.Equal(HttpStatusCode.SeeOther, person.Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, anotherNameInTheSameBrowser.Status);
    }

    [Fact]
    public async Task a_known_browser_has_a_counter_of_its_own_and_no_more()
    {
        await using var world = await LoginWorld.Start();
        var own = world.OpenBrowser();
        await own.LogIn(Host, Query);
        world.Cluster.Refusing = ("|device|", TimeSpan.FromMinutes(15));

        Assert.Equal(HttpStatusCode.TooManyRequests, (await own.LoseLogin().LogIn(Host, Query, Ada, "wrong")).Status);
    }

    [Fact]
    public async Task the_cookie_that_knows_a_browser_tells_nobody_a_name_and_works_at_no_other_tenant()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        var known = browser.Jar.Single(static cookie => cookie.Key.Name.StartsWith("__Host-uitsmijter-known-", StringComparison.Ordinal));
        var other = world.OpenBrowser();
        await other.LogIn(Host, "?for=https://yolk.egg.example.com/&mode=interceptor", "eve@example.com");
        var name = other.Jar.Keys.Single(static key => key.Name.StartsWith("__Host-uitsmijter-known-", StringComparison.Ordinal)).Name;
        world.Cluster.Refusing = ("|user|", TimeSpan.FromMinutes(15));

        other.Hold(name, Host, known.Value);

        Assert.NotEqual(known.Key.Name, name);
        // The whole name, in every spelling: three letters of it stand in sealed bytes by chance once in a hundred.
        Assert.Empty(new TestKit.CapturedOutput().With(known.Value).Leaks(Ada, Ada.ToUpperInvariant()));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await other.LoseLogin().LogIn(Host, "?for=https://yolk.egg.example.com/x&mode=oauth")).Status);
    }

    [Theory]
    [InlineData("its content is another")]
    [InlineData("its hash is another")]
    [InlineData("its hash is missing")]
    [InlineData("its hash is cut short")]
    [InlineData("its hash is in capitals")]
    [InlineData("it has one part more")]
    [InlineData("the hash of its name stands for its own")]
    [Trait("Attack", "17")]
    public async Task a_browser_whose_cookie_was_not_made_by_us_is_a_strangers(string how)
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        await browser.LogIn(Host, Query);
        var known = Known(browser);
        var (content, hash) = known.Value.Split('.') is [var first, var second] ? (first, second) : throw new InvalidOperationException(known.Value);
        world.Cluster.Refusing = ("|user|", TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.LoseLogin().LogIn(Host, Query)).Status);

        browser.Hold(known.Key.Name, Host, how switch
        {
            "its content is another" => $"{content[..20]}{(content[20] == 'A' ? 'B' : 'A')}{content[21..]}.{hash}",
            "its hash is another" => $"{content}.{(hash[0] == '0' ? '1' : '0')}{hash[1..]}",
            "its hash is missing" => content,
            "its hash is cut short" => $"{content}.{hash[..^1]}",
            "its hash is in capitals" => $"{content}.{hash.ToUpperInvariant()}",
            "it has one part more" => $"{content}.{hash}.",
            _ => $"{content}.{Hash(content)}",
        });

        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.LoseLogin().LogIn(Host, Query)).Status);
    }

    [Fact]
    public async Task the_cookies_of_two_browsers_do_not_tell_that_one_person_uses_both()
    {
        await using var world = await LoginWorld.Start();
        var (first, second) = (world.OpenBrowser(), world.OpenBrowser());
        await first.LogIn(Host, Query);
        await second.LogIn(Host, Query);

        Assert.NotEqual(Hash(Known(first).Value), Hash(Known(second).Value));
    }

    [Fact]
    [Trait("Attack", "37")]
    public async Task an_unknown_user_and_a_wrong_password_get_the_same_page()
    {
        await using var world = await LoginWorld.Start();
        var first = await world.OpenBrowser().LogIn(Host, Query, Ada, "wrong");
        var second = await world.OpenBrowser().LogIn(Host, Query, "eve@example.com", "wrong");

        Assert.Equal(Neutral(first, Ada), Neutral(second, "eve@example.com"));
        Assert.Equal(first.Headers.Keys.Order(), second.Headers.Keys.Order());
    }

    /// <summary>Timing is compared by what is done: the same questions to the same grains, the same records, an answer of the same length.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Attack", "37")]
    public async Task an_unknown_user_and_a_wrong_password_are_the_same_work_also_in_a_browser_somebody_is_known_in(bool isKnownBrowser)
    {
        await using var world = await LoginWorld.Start();
        world.Cluster.Provider.Decide = static request => request is { Username: Ada, Password: FakeProvider.Password }
            ? new Approval("ada")
            : null;
        var first = await Guess(Ada);
        var second = await Guess("bob@example.com");

        Assert.Equal(first, second);

        async Task<string> Guess(string name)
        {
            var browser = world.OpenBrowser();
            if (isKnownBrowser)
            {
                await browser.LogIn(Host, Query, "ada@example.com");
                browser.LoseLogin();
            }

            var form = await browser.Get(Host, $"/login{Query}");
            var before = Work();
            var answer = await browser.Submit(Host, form, name, "wrong");
            var after = Work();
            return string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{(int)answer.Status} {answer.Body.Length - (2 * (name.Length - Ada.Length))} {string.Join(',', browser.SetCookies.Select(static cookie => string.Join('-', cookie.Split('=')[0].Split('-').Take(3))))} asked {after.Asked - before.Asked}, counted {after.Taken - before.Taken}, given back {after.GivenBack - before.GivenBack}, sessions {after.Sessions - before.Sessions}, records {after.Records - before.Records}");
        }

        (int Asked, int Taken, int GivenBack, int Sessions, int Records) Work() => (
            world.Cluster.Provider.Asked.Count,
            world.Cluster.Throttles.Values.Sum(static counter => counter.Taken),
            world.Cluster.Throttles.Values.Sum(static counter => counter.GivenBack),
            world.Cluster.Sessions.Count,
            world.Logs.Count(static line => line.Contains("Login ", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_counter_that_cannot_count_lets_nobody_try()
    {
        await using var world = await LoginWorld.Start();
        var browser = world.OpenBrowser();
        var form = await browser.Get(Host, $"/login{Query}");
        await browser.Submit(Host, form, Ada, "wrong");
        var asked = world.Cluster.Provider.Asked.Count;
        world.Cluster.Outage = new TimeoutException("storage is away");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.Submit(Host, form, Ada, FakeProvider.Password)).Status);
        Assert.Equal(asked, world.Cluster.Provider.Asked.Count);
    }

    private static string Neutral(Browser.Answer answer, string name) => answer.Body
        .Replace(answer.Hidden("ticket")!, "", StringComparison.Ordinal)
        .Replace(name, "", StringComparison.Ordinal)
        .Replace(WebUtility.HtmlEncode(name), "", StringComparison.Ordinal);

    private static (int GivenBack, int Forgiven) Counted(LoginWorld world, string kind)
    {
        var counter = Assert.Single(world.Cluster.Throttles, throttle => throttle.Key.Contains(kind, StringComparison.Ordinal)).Value;
        return (counter.GivenBack, counter.Forgiven);
    }

    private static KeyValuePair<(string Name, string Domain), string> Known(Browser browser) =>
        browser.Jar.Single(static cookie => cookie.Key.Name.StartsWith("__Host-uitsmijter-known-", StringComparison.Ordinal));

    /// <summary>The hash of the name in a cookie of known names.</summary>
    private static string Hash(string cookie) => JsonDocument.Parse(Base64Url.DecodeFromChars(cookie.Split('.')[0]))
        .RootElement.GetProperty("Names")[0].GetProperty("Hash").GetString()!;
}
