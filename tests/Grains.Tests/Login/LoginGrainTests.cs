using System.Collections.Immutable;
using System.Collections.Concurrent;
using System.Net;
using Orleans.Runtime;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Protocol.Login;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Login;

/// <summary>An attempt to log in as a whole: counters, script, session.</summary>
public sealed class LoginGrainTests(ProviderCluster cluster) : IClassFixture<ProviderCluster>, IDisposable
{
    private const string Script = """
        class UserLoginProvider {
          constructor(c) { this.c = c; if (c.password === "break") { throw new Error("no directory"); } commit({ subject: "subject-of-" + c.username }); }
          get canLogin() { return this.c.password === "right"; }
          get role() { return "taster"; }
        }
        """;

    private static readonly ImmutableArray<byte> _nameKey = [1, 2, 3];

    public void Dispose() => (cluster.Storage.Before, cluster.Storage.After) = (null, null);

    [Fact]
    [Trait("Attack", "36")]
    public async Task a_hundred_parallel_guesses_at_a_name_ask_the_script_at_most_ten_times()
    {
        var login = await Login("parallel");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => login.Attempt(Of("parallel", "ada", "wrong", $"203.0.113.{i}"), default)));

        Assert.Equal(10, outcomes.Count(static outcome => outcome is AttemptOutcome.Denied));
        Assert.All(outcomes.OfType<AttemptOutcome.Throttled>(), static outcome => Assert.False(outcome.ByNetwork));
        Assert.Equal(10, CountOf(NameOf("parallel", "ada"))?.Failures);
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task guesses_in_two_clusters_over_one_storage_together_are_at_most_ten()
    {
        await using var other = new ProviderCluster { Storage = cluster.Storage, Clock = cluster.Clock, Silos = 1 };
        await cluster.Provider("two", Script);
        await other.InitializeAsync();
        await ClusterFixture.Until(() => other.Of<CatalogEntries>(0).Tenant("two") is not null);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            (i % 2 == 0 ? cluster : other).Grains.GetGrain<ILoginGrain>("two").Attempt(Of("two", "ada", "wrong", $"203.0.113.{i}"), default)));

        var asked = outcomes.Count(static outcome => outcome is AttemptOutcome.Denied);
        Assert.InRange(asked, 1, 10);
        Assert.Equal(asked, CountOf(NameOf("two", "ada"))?.Failures);
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_count_that_cannot_be_written_lets_nobody_ask_and_costs_the_network_nothing()
    {
        var login = await Login("unwritable");
        var name = NameOf("unwritable", "ada");
        cluster.Storage.Before = (call, grain) => call == StorageCall.Write && grain == Counter(name).GetGrainId()
            ? throw new IOException("The storage is away.")
            : Task.CompletedTask;

        for (var i = 0; i < 120; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => login.Attempt(Of("unwritable", "ada", "right"), default));
        }
    }

    [Fact]
    public async Task a_right_password_leaves_no_count_of_the_name_and_wakes_nobody_for_it()
    {
        var login = await Login("right");

        var session = Assert.IsType<AttemptOutcome.LoggedIn>(await login.Attempt(Of("right", "ada", "right"), default)).Session;

        Assert.Equal(43, session.Sid.Length);
        Assert.Equal(("right", "subject-of-ada", "ada", "taster"), (session.Tenant, session.Subject, session.User, session.Role));
        Assert.Null(CountOf(NameOf("right", "ada")));
        var active = await cluster.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        Assert.DoesNotContain(active, statistic => statistic.GrainId == Counter(NameOf("right", "ada")).GetGrainId());
        Assert.DoesNotContain(active, statistic => statistic.GrainId == cluster.Grains.GetGrain<ISessionGrain>(session.Sid).GetGrainId());
    }

    [Fact]
    public async Task more_right_passwords_than_a_network_has_attempts_are_no_failures()
    {
        var login = await Login("network");

        for (var i = 0; i < 150; i++)
        {
            Assert.IsType<AttemptOutcome.LoggedIn>(await login.Attempt(Of("network", $"person{i}", "right", "198.51.100.7"), default));
        }
    }

    [Fact]
    public async Task right_passwords_one_after_another_are_one_attempt_of_their_network()
    {
        var login = await Login("stream");
        var network = ThrottleKeyRules.Network("stream", _nameKey, IPAddress.Parse("198.51.100.21"));
        var writes = CountWrites(network);

        for (var i = 0; i < 20; i++)
        {
            Assert.IsType<AttemptOutcome.LoggedIn>(await login.Attempt(Of("stream", $"person{i}", "right", "198.51.100.21"), default));
        }

        Assert.Equal((1, 1), (writes(), CountOf(network)!.Failures));
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task a_guess_made_on_the_attempt_of_a_right_password_is_counted_like_any_other()
    {
        var login = await Login("alternating");
        var network = ThrottleKeyRules.Network("alternating", _nameKey, IPAddress.Parse("198.51.100.22"));

        for (var i = 0; i < 10; i++)
        {
            Assert.IsType<AttemptOutcome.LoggedIn>(await login.Attempt(Of("alternating", "ada", "right", "198.51.100.22"), default));
            Assert.IsType<AttemptOutcome.Denied>(await login.Attempt(Of("alternating", $"person{i}", "wrong", "198.51.100.22"), default));
        }

        Assert.Equal(10, CountOf(network)!.Failures);
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task an_attempt_that_was_admitted_a_second_ago_is_given_back_and_taken_anew()
    {
        var login = await Login("aged");
        var network = ThrottleKeyRules.Network("aged", _nameKey, IPAddress.Parse("198.51.100.23"));
        Assert.IsType<AttemptOutcome.LoggedIn>(await login.Attempt(Of("aged", "ada", "right", "198.51.100.23"), default));
        var writes = CountWrites(network);

        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<AttemptOutcome.Denied>(await login.Attempt(Of("aged", "bob", "wrong", "198.51.100.23"), default));
        Assert.IsType<AttemptOutcome.Denied>(await login.Attempt(Of("aged", "carl", "wrong", "198.51.100.23"), default));

        Assert.Equal((2, 2), (writes(), CountOf(network)!.Failures));
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task a_hundred_names_tried_from_one_network_are_enough()
    {
        var login = await Login("spray");

        // Not all at once: there are fewer places for scripts.
        var outcomes = new ConcurrentBag<AttemptOutcome>();
        await Parallel.ForAsync(0, 150, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            outcomes.Add(await login.Attempt(Of("spray", $"person{i}", "wrong", "198.51.100.9"), default)));

        Assert.Equal(100, outcomes.Count(static outcome => outcome is AttemptOutcome.Denied));
        Assert.Equal(50, outcomes.Count(static outcome => outcome is AttemptOutcome.Throttled { ByNetwork: true }));
    }

    [Fact]
    public async Task an_attempt_nobody_could_judge_is_not_counted()
    {
        var login = await Login("broken");

        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(ScriptFailure.Threw, Assert.IsType<AttemptOutcome.Failed>(await login.Attempt(Of("broken", "ada", "break"), default)).Failure);
        }

        Assert.Null(CountOf(NameOf("broken", "ada")));
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task a_right_password_forgives_earlier_failures_in_a_known_browser_alone()
    {
        var login = await Login("forgiving");
        var (name, device) = (NameOf("forgiving", "ada"), ThrottleKeyRules.Device("forgiving", _nameKey, "ada", "browser"));
        foreach (var counter in new[] { name, device })
        {
            for (var i = 0; i < 5; i++)
            {
                await login.Attempt(Of("forgiving", "ada", "wrong") with { NameCounter = counter }, default);
            }

            await login.Attempt(Of("forgiving", "ada", "right") with { NameCounter = counter, IsKnownBrowser = counter == device }, default);
        }

        Assert.Equal(5, CountOf(name)?.Failures);
        Assert.Null(CountOf(device));
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task a_count_nobody_adds_to_leaves_storage_by_itself()
    {
        var login = await Login("forgotten");
        await login.Attempt(Of("forgotten", "ada", "wrong"), default);
        await login.Attempt(Of("forgotten", "ada", "wrong"), default);
        Assert.Equal(2, CountOf(NameOf("forgotten", "ada"))?.Failures);

        await ClusterFixture.Until(() =>
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
            return CountOf(NameOf("forgotten", "ada")) is null;
        });
    }

    [Fact]
    public async Task a_caller_who_hangs_up_while_the_script_runs_stays_counted()
    {
        var login = await Login("hung-up", """
            class UserLoginProvider { constructor(c) { for (;;) { } } get canLogin() { return false; } }
            """);
        using var patience = new CancellationTokenSource();

        var attempt = login.Attempt(Of("hung-up", "ada", "wrong"), patience.Token);
        await ClusterFixture.Until(() => CountOf(NameOf("hung-up", "ada")) is { Failures: 1 });
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => attempt);
        Assert.Equal(1, CountOf(NameOf("hung-up", "ada"))?.Failures);
    }

    [Fact]
    [Trait("Standard", "RFC 9470")]
    [Trait("Attack", "36")]
    [Trait("Attack", "38")]
    public async Task a_login_weaker_than_its_terms_opens_no_session_and_counts_like_a_failure()
    {
        var login = await Login("weak", """
            class UserLoginProvider {
              constructor(c) { this.c = c; commit({ subject: c.username }); }
              get canLogin() { return true; }
              get acr() { return this.c.password === "right+otp" && this.c.acr_values === "gold silver" ? "silver" : "bronze"; }
            }
            """);
        var appointed = Appointed();

        var weak = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => login.Attempt(Demanding(Of("weak", "ada", "right+wrong", $"203.0.113.{i}")), default)));
        var strong = await login.Attempt(Demanding(Of("weak", "eve", "right+otp")), default);
        var anything = await login.Attempt(Of("weak", "bob", "right"), default);

        Assert.Equal(10, weak.Count(static outcome => outcome is AttemptOutcome.TooWeak));
        Assert.Equal(10, weak.Count(static outcome => outcome is AttemptOutcome.Throttled));
        Assert.Equal("silver", Assert.IsType<AttemptOutcome.LoggedIn>(strong).Session.Acr);
        Assert.Equal("bronze", Assert.IsType<AttemptOutcome.LoggedIn>(anything).Session.Acr);
        Assert.Equal(appointed + 2, Appointed());
    }

    [Fact]
    [Trait("Attack", "37")]
    public async Task an_unknown_user_and_a_wrong_password_are_the_same_work_for_storage()
    {
        var login = await Login("work", """
            class UserLoginProvider {
              constructor(c) { this.known = ({ ada: "right" })[c.username]; this.c = c; commit(true); }
              get canLogin() { return this.known !== undefined && this.known === this.c.password; }
            }
            """);

        var wrong = await Calls("ada", "203.0.113.1");
        var unknown = await Calls("bob", "203.0.113.2");

        Assert.NotEmpty(wrong);
        Assert.Equal(wrong, unknown);

        async Task<List<string>> Calls(string user, string network)
        {
            var calls = new ConcurrentQueue<string>();
            var (name, counted) = (Counter(NameOf("work", user)).GetGrainId(), Counter(ThrottleKeyRules.Network("work", _nameKey, IPAddress.Parse(network))).GetGrainId());
            cluster.Storage.Before = (call, grain) =>
            {
                if (grain == name || grain == counted)
                {
                    calls.Enqueue($"{(grain == name ? "name" : "network")} {call}");
                }

                return Task.CompletedTask;
            };
            for (var i = 0; i < 5; i++)
            {
                Assert.IsType<AttemptOutcome.Denied>(await login.Attempt(Of("work", user, "wrong", network), default));
            }

            cluster.Storage.Before = null;
            return [.. calls.Order(StringComparer.Ordinal)];
        }
    }

    [Fact]
    public async Task a_session_opened_by_a_login_is_found_by_its_grain()
    {
        var login = await Login("found");

        var session = Assert.IsType<AttemptOutcome.LoggedIn>(await login.Attempt(Of("found", "ada", "right"), default)).Session;
        var looked = Assert.IsType<SessionOutcome.Alive>(await cluster.Grains.GetGrain<ISessionGrain>(session.Sid).Look("found", default)).Session;

        Assert.Equal((session.Sid, session.Subject, session.ExpiresAt, session.AbsoluteEnd), (looked.Sid, looked.Subject, looked.ExpiresAt, looked.AbsoluteEnd));
    }

    [Fact]
    public async Task the_sweep_knows_a_session_before_it_exists()
    {
        var login = await Login("appointed");
        cluster.Storage.Before = (call, grain) => call == StorageCall.Write && grain.Type.ToString() == SessionGrain.TypeName
            ? throw new IOException("The storage is away.")
            : Task.CompletedTask;
        var before = Appointed();

        await Assert.ThrowsAnyAsync<Exception>(() => login.Attempt(Of("appointed", "ada", "right"), default));

        Assert.Equal(before + 1, Appointed());
    }

    [Fact]
    public async Task many_logins_at_once_all_have_their_appointment()
    {
        var login = await Login("many");
        var before = Appointed();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => login.Attempt(Of("many", $"person{i}", "right", $"203.0.113.{i}"), default)));

        Assert.All(outcomes, static outcome => Assert.IsType<AttemptOutcome.LoggedIn>(outcome));
        Assert.Equal(before + 40, Appointed());
    }

    /// <summary>How often the record of a counter is written from now on.</summary>
    private Func<int> CountWrites(string key)
    {
        var (counter, writes) = (Counter(key).GetGrainId(), 0);
        cluster.Storage.Before = (call, grain) =>
        {
            if (call == StorageCall.Write && grain == counter)
            {
                Interlocked.Increment(ref writes);
            }

            return Task.CompletedTask;
        };
        return () => writes;
    }

    private async Task<ILoginGrain> Login(string tenant, string script = Script)
    {
        await cluster.Provider(tenant, script);
        return cluster.Grains.GetGrain<ILoginGrain>(tenant);
    }

    private static AttemptLogin Of(string tenant, string user, string password, string network = "203.0.113.250") => new()
    {
        Credentials = new() { Username = user, Password = password, GrantType = "interceptor" },
        NetworkCounter = ThrottleKeyRules.Network(tenant, _nameKey, IPAddress.Parse(network)),
        NameCounter = NameOf(tenant, user),
        Terms = new()
        {
            Mode = "interceptor",
            Responsibility = "b1d5",
            CookieLife = TimeSpan.FromDays(7),
            AbsoluteLimit = TimeSpan.FromDays(30),
        },
    };

    private static AttemptLogin Demanding(AttemptLogin attempt) => attempt with
    {
        Credentials = attempt.Credentials with { AcrValues = ["gold", "silver"] },
        Terms = attempt.Terms with { Requirement = new() { AcrValues = ["gold", "silver"] } },
    };

    private static string NameOf(string tenant, string user) => ThrottleKeyRules.User(tenant, _nameKey, user);

    private ILoginThrottleGrain Counter(string key) => cluster.Grains.GetGrain<ILoginThrottleGrain>(key);

    private ThrottleCount? CountOf(string key) => cluster.Storage.RecordOf(Counter(key)) is { } json
        ? System.Text.Json.JsonSerializer.Deserialize<ThrottleCount>(json, StoredJson.Options)
        : null;

    /// <summary>Entries in all records of the watch.</summary>
    private int Appointed() => cluster.Storage.Records
        .Where(static record => record.Key.StartsWith("session-watch/", StringComparison.Ordinal))
        .Sum(static record => record.Value.Split("\"i\":").Length - 1);
}
