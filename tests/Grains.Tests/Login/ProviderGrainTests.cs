using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Login;

public sealed class ProviderGrainTests(ProviderCluster cluster) : IClassFixture<ProviderCluster>
{
    private static readonly LoginRequest _ada = new() { Username = "ada@example.com", Password = "difference engine", GrantType = "interceptor" };

    [Fact]
    [Trait("Contract", "configuration 20")]
    [Trait("Contract", "configuration 22")]
    public async Task a_login_is_approved_with_what_the_script_says()
    {
        var grain = await cluster.Provider("approved", """
            class UserLoginProvider {
              constructor(c) { this.c = c; commit({ subject: 1815 }); }
              get canLogin() { return this.c.password === "difference engine"; }
              get userProfile() { return { name: "Ada", grant: this.c.grant_type }; }
              get scopes() { return ["user:list"]; }
            }
            """);

        var approved = Assert.IsType<LoginOutcome.Approved>(await grain.LogIn(_ada, default));
        var denied = await grain.LogIn(_ada with { Password = "wrong" }, default);

        Assert.Equal(("1815", "default", """{"name":"Ada","grant":"interceptor"}"""), (approved.Subject, approved.Role, approved.ProfileJson));
        Assert.Equal(["user:list"], approved.Scopes);
        Assert.IsType<LoginOutcome.Denied>(denied);
    }

    [Fact]
    public async Task a_script_is_told_the_wished_contexts_and_says_what_the_login_came_to()
    {
        var grain = await cluster.Provider("contexts", """
            class UserLoginProvider {
              constructor(c) { this.wished = c.acr_values; commit(); }
              get canLogin() { return true; }
              get acr() { return (this.wished ?? "").split(" ").includes("strong") ? "strong" : 7; }
              get amr() { return this.wished ? ["pwd", "otp"] : "pwd"; }
            }
            """);

        var strong = Assert.IsType<LoginOutcome.Approved>(await grain.LogIn(_ada with { AcrValues = ["best", "strong"] }, default));
        var plain = Assert.IsType<LoginOutcome.Approved>(await grain.LogIn(_ada, default));

        Assert.Equal("strong", strong.Acr);
        Assert.Equal(["pwd", "otp"], strong.Amr);
        Assert.Null(plain.Acr);
        Assert.Empty(plain.Amr);
    }

    [Fact]
    [Trait("Contract", "configuration 21")]
    public async Task without_a_subject_it_is_the_login_name()
    {
        var grain = await cluster.Provider("no-subject", ScriptBench.Class("commit(true);"));

        Assert.Equal("ada@example.com", Assert.IsType<LoginOutcome.Approved>(await grain.LogIn(_ada, default)).Subject);
    }

    [Theory]
    [InlineData("client:6f3c7b5e-6c53-4f0e-9d3f-1d4c7b1c2a11")]
    [InlineData("CLIENT:6f3c7b5e-6c53-4f0e-9d3f-1d4c7b1c2a11")]
    [InlineData("ada\r\nadmin")]
    [Trait("Attack", "41")]
    [Trait("Standard", "RFC 9700")]
    public async Task nobody_logs_in_under_the_subject_of_a_client_or_a_name_nobody_has(string name)
    {
        var committed = await cluster.Provider("committed-names", "class UserLoginProvider { constructor(c) { commit({ subject: c.username }); } get canLogin() { return true; } }");
        var without = await cluster.Provider("uncommitted-names", "class UserLoginProvider { constructor(c) { commit(true); } get canLogin() { return true; } }");

        Assert.IsType<LoginOutcome.Denied>(await committed.LogIn(_ada with { Username = name }, default));
        Assert.IsType<LoginOutcome.Denied>(await without.LogIn(_ada with { Username = name }, default));
        Assert.IsType<LoginOutcome.Approved>(await committed.LogIn(_ada with { Username = "clients" }, default));
    }

    [Fact]
    [Trait("Attack", "41")]
    public async Task reserved_claims_in_a_script_s_result_stay_inside_the_profile()
    {
        var grain = await cluster.Provider("reserved", """
            class UserLoginProvider {
              constructor(c) { commit({ subject: "me", sub: "root", iss: "evil", aud: "evil", exp: 9, tenant: "other", role: "admin", user: "root" }); }
              get canLogin() { return true; }
              get role() { return "user"; }
              get userProfile() { return { sub: "root", iss: "evil", tenant: "other", __proto__: { role: "admin" } }; }
            }
            """);

        var approved = Assert.IsType<LoginOutcome.Approved>(await grain.LogIn(_ada, default));

        Assert.Equal(("me", "user", """{"sub":"root","iss":"evil","tenant":"other"}"""), (approved.Subject, approved.Role, approved.ProfileJson));
    }

    [Fact]
    [Trait("Contract", "configuration 24")]
    public async Task a_user_is_validated_by_the_other_class()
    {
        var grain = await cluster.Provider("validation", "class UserValidationProvider { isValid = false; constructor(a) { this.isValid = a.username === 'in'; commit(1); } }");

        Assert.IsType<ValidationOutcome.Valid>(await grain.Validate("in", default));
        Assert.IsType<ValidationOutcome.Invalid>(await grain.Validate("out", default));
    }

    [Fact]
    public async Task a_missing_validation_class_lets_users_stay_where_the_operator_allows_it()
    {
        var grain = await cluster.Provider("login-only", ScriptBench.Class("commit(true);"));

        Assert.IsType<ValidationOutcome.Valid>(await grain.Validate("in", default));
        Assert.Contains(cluster.Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("ALLOW_MISSING_PROVIDERS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task an_unknown_tenant_has_no_provider()
    {
        var grain = cluster.Of("nobody");

        Assert.Equal(new LoginOutcome.Failed(ScriptFailure.NoProvider), await grain.LogIn(_ada, default));
        Assert.Equal(new ValidationOutcome.Failed(ScriptFailure.NoProvider), await grain.Validate("in", default));
    }

    [Fact]
    public async Task a_failure_is_logged_and_counted_but_never_with_credentials()
    {
        var counted = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ProviderRegistration.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        var grain = await cluster.Provider("failing", ScriptBench.Class(
            "console.log('got', c.password); throw new Error(`no ${c.username} with ${c.password} or ${encodeURIComponent(c.password)}`);"));

        var outcome = await grain.LogIn(_ada, default);

        Assert.Equal(new LoginOutcome.Failed(ScriptFailure.Threw), outcome);
        var line = Assert.Single(cluster.Log.Lines, line => line.Text.Contains("tenant failing", StringComparison.Ordinal));
        Assert.Contains("UserLoginProvider Threw. Error: no *** with *** or ***", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Log.Lines, line => line.Text.Contains(_ada.Password, StringComparison.Ordinal));
        Assert.Contains("uitsmijter.script.failures 1 tenant=failing class=UserLoginProvider reason=Threw", counted);
    }

    [Fact]
    public async Task a_changed_script_is_used_at_once_and_the_old_one_forgotten()
    {
        var before = await (await cluster.Provider("changing", ScriptBench.Class("commit({ subject: 'old' });"))).LogIn(_ada, default);
        var after = await (await cluster.Provider("changing", ScriptBench.Class("commit({ subject: 'new' });"))).LogIn(_ada, default);

        Assert.Equal("old", Assert.IsType<LoginOutcome.Approved>(before).Subject);
        Assert.Equal("new", Assert.IsType<LoginOutcome.Approved>(after).Subject);
    }

    [Fact]
    public async Task waiting_scripts_do_not_keep_others_of_their_tenant_waiting()
    {
        var grain = await cluster.Provider("many", ScriptBench.Class("if (c.username === 'slow') while (true); commit(true);"));
        var slow = Enumerable.Range(0, 20).Select(_ => grain.LogIn(_ada with { Username = "slow" }, default)).ToArray();

        var quick = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => grain.LogIn(_ada, default)));

        Assert.All(quick, outcome => Assert.IsType<LoginOutcome.Approved>(outcome));
        Assert.All(await Task.WhenAll(slow), outcome => Assert.Equal(new LoginOutcome.Failed(ScriptFailure.LimitExceeded), outcome));
    }

    [Fact]
    public void calls_wait_longer_than_the_longest_script()
    {
        foreach (var method in typeof(IProviderGrain).GetMethods().Concat(typeof(ILoginGrain).GetMethods()))
        {
            Assert.True(method.GetCustomAttribute<ResponseTimeoutAttribute>()!.Timeout > ScriptLimits.LongestTime);
        }
    }
}

/// <summary>A cluster whose silos have the provider scripts and write their log into one place.</summary>
public sealed class ProviderCluster : ClusterFixture
{
    public ProviderCluster()
    {
        var log = Log;
        Services = services => services.AddProviderScripts().AddSingleton<ILoggerProvider>(new LogProvider(log, "Uitsmijter"));
    }

    internal CapturedLog Log { get; } = new();

    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();

        // Logins wait for a silo that has read the whole catalog, be there nothing in it. Storage that is shared has one already.
        var catalog = Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only);
        if (Storage.RecordOf(catalog) is null)
        {
            await catalog.Publish(new() { Retain = new CatalogRetention([], []) }, default);
        }

        await Until(() => Enumerable.Range(0, Silos).All(silo => Of<CatalogEntries>(silo).IsLoaded));
    }

    /// <summary>Publishes a tenant with this script and waits until every silo has it.</summary>
    internal async Task<ProviderOf> Provider(string tenant, string script)
    {
        await Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only).Publish(
            new()
            {
                Tenants = [new() { Tenant = new() { Name = tenant, Hosts = [$"{tenant}.example"] }, Providers = [script] }],
            },
            default);
        await Until(() => Enumerable.Range(0, Silos).All(silo => Of<CatalogEntries>(silo).Tenant(tenant)?.Providers.Single() == script));
        return Of(tenant);
    }

    /// <summary>The scripts of a tenant, published or not.</summary>
    internal ProviderOf Of(string tenant) => new(this, tenant);
}

/// <summary>A tenant's scripts at work: logins as the silos' login grains ask for them, in turn; validations through the grain.</summary>
internal sealed class ProviderOf(ProviderCluster cluster, string tenant)
{
    private int _asked;

    public Task<LoginOutcome> LogIn(LoginRequest request, CancellationToken cancellationToken) =>
        cluster.Of<ProviderScripts>(Interlocked.Increment(ref _asked) % cluster.Silos).LogIn(tenant, request, cancellationToken);

    public Task<ValidationOutcome> Validate(string username, CancellationToken cancellationToken) =>
        cluster.Grains.GetGrain<IProviderGrain>(tenant).Validate(username, cancellationToken);
}
