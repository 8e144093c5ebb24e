using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Hosting;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Pages;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.Gateway.Tests.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Authorization;

/// <summary>What clients are told by a gateway that cannot decide: to come again, and nothing about why (RFC 6749 §4.1.2.1, §5.2).</summary>
[Trait("Standard", "RFC 6749")]
public sealed class CutOffTests
{
    private const string Host = "login.example.com";
    private const string Secret = "a-secret-of-at-least-thirty-two-bytes";
    private const string Internal = "Npgsql.PostgresException at 10.0.0.7:6379";
    private const string Callback = "https://app.example.net/callback";

    private static readonly TimeSpan _limit = new ServerSettings().StaleLimit;

    private static readonly Client _client = new()
    {
        Name = "shop",
        Ident = Guid.Parse("6f3c7b5e-6c53-4f0e-9d3f-1d4c7b1c2a11"),
        TenantName = LoginWorld.Cheese.Name,
        RedirectUrls = [Callback],
        GrantTypes = ["authorization_code", "device_code"],
        DeviceGrant = new DeviceGrantSettings(),
        IsConfidential = true,
        Introspection = IntrospectionReach.Tenant,
    };

    /// <summary>A token that claims a tenant whose keys this gateway has not seen; it is none of its tokens.</summary>
    private static readonly string _token = $"{Encode("""{"alg":"HS256","typ":"at+jwt"}""")}.{Encode($$"""{"tenant":"{{LoginWorld.Cheese.Name}}"}""")}.{Encode("signature")}";

    private static readonly string _authorize = "/authorize?" + string.Join('&', Request().Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));

    [Fact]
    public async Task a_person_whose_session_nobody_can_ask_about_comes_back_with_temporarily_unavailable()
    {
        await using var world = await Start();
        var ada = world.OpenBrowser();
        await ada.LogIn(Host, "?for=https://cookbooks.example.com/&mode=interceptor");
        var before = await ada.Get(Host, _authorize);
        world.Cluster.Outage = new InvalidOperationException(Internal);

        var answer = await ada.Get(Host, _authorize);

        Assert.Contains("code=", before.Location, StringComparison.Ordinal);
        ComesAgain(answer);
    }

    [Theory]
    [InlineData("&prompt=none")]
    [InlineData("&prompt=none&id_token_hint=" + "eyJhbGciOiJSUzI1NiJ9.e30.AAAA")]
    [Trait("Attack", "49")]
    public async Task who_logged_in_is_not_called_nobody_or_forged_while_the_keys_are_out_of_reach(string more)
    {
        await using var first = await Start();
        var ada = first.OpenBrowser();
        await ada.LogIn(Host, "?for=https://cookbooks.example.com/&mode=interceptor");
        first.Cluster.Keys.Outage = new TimeoutException(Internal);
        await using var second = await LoginWorld.Start(settings: null, first.Clock, first.Cluster);
        var there = second.OpenBrowser();
        foreach (var ((name, domain), value) in ada.Jar)
        {
            there.Hold(name, domain, value);
        }

        var answer = await there.Get(Host, _authorize + more);

        // login_required would end her login at an application that looks for it silently, and invalid_request says that somebody attacked.
        ComesAgain(answer);
    }

    [Fact]
    [Trait("Standard", "RP-Initiated Logout")]
    public async Task a_hint_of_a_logout_that_nobody_can_judge_is_not_taken_for_forged()
    {
        await using var world = await Start();
        world.Cluster.Keys.Outage = new TimeoutException(Internal);
        var address = $"/logout?client_id={_client.Ident}&id_token_hint=eyJhbGciOiJSUzI1NiJ9.e30.AAAA";

        var during = await world.OpenBrowser().Get(Host, address);
        world.Cluster.Keys.Outage = null;
        var after = await world.OpenBrowser().Get(Host, address);

        // A hint called forged would leave the person here, without the way back to the application.
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (during.Status, after.Status));
        Assert.DoesNotContain("10.0.0.7", during.Everything, StringComparison.Ordinal);
    }

    public static TheoryData<string> Endpoints => ["/token", "/revoke", "/introspect", "/oauth/introspect", "/oauth/par", "/oauth/device_authorization", "/userinfo", "/token/info"];

    [Theory, MemberData(nameof(Endpoints))]
    [Trait("Attack", "47")]
    public async Task a_gateway_that_is_cut_off_beyond_the_stale_limit_answers_503_until_it_is_back(string path)
    {
        await using var world = await Start();
        var before = await Ask(world, path);
        world.Cluster.Outage = new TimeoutException(Internal);
        world.Clock.Advance(_limit + TimeSpan.FromSeconds(1));

        var during = await Ask(world, path);

        world.Cluster.Outage = null;
        world.Clock.Advance(MirrorLoop.PollEvery);
        await Eventually.Holds(() => Age(world) < _limit || Tick(world));
        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, before.Status);
        IsUnavailable(during);
        Assert.Equal(before.Status, (await Ask(world, path)).Status);
    }

    [Theory, MemberData(nameof(Endpoints))]
    [Trait("Attack", "47")]
    public async Task a_gateway_that_has_just_started_answers_503_and_asks_nobody(string path)
    {
        var clock = new FakeTimeProvider(The.Instant);
        await using var world = await LoginWorld.Start(new ServerSettings(), clock, new FakeCluster(clock), publish: false);
        world.Cluster.Outage = new InvalidOperationException(Internal);

        IsUnavailable(await Ask(world, path));
        Assert.DoesNotContain(world.Logs, static line => line.Contains("did not answer", StringComparison.Ordinal));
    }

    /// <summary>Endpoints that say what a token is worth.</summary>
    public static TheoryData<string> Judges => ["/revoke", "/introspect", "/userinfo", "/token/info"];

    [Theory, MemberData(nameof(Judges))]
    [Trait("Standard", "RFC 7009")]
    [Trait("Standard", "RFC 7662")]
    [Trait("Attack", "19")]
    public async Task a_gateway_that_hears_of_no_revocations_says_of_no_token_what_it_is_worth(string path)
    {
        await using var world = await Start();
        world.Cluster.Feeds[1].Outage = new TimeoutException(Internal);
        // Half of it: how old the mirrors were when the outage began is a matter of how busy the machine is.
        world.Clock.Advance(_limit / 2);
        var early = await Ask(world, path);
        world.Clock.Advance((_limit / 2) + TimeSpan.FromSeconds(2));
        await Eventually.Holds(() => world.Services.GetRequiredService<CatalogMirror>().Age < _limit || Tick(world));

        var late = await Ask(world, path);

        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, early.Status);
        IsUnavailable(late);
        Assert.Equal(HttpStatusCode.BadRequest, (await Ask(world, "/token")).Status);
    }

    [Theory, MemberData(nameof(Judges))]
    [Trait("Standard", "RFC 7009")]
    [Trait("Standard", "RFC 7662")]
    public async Task a_token_whose_keys_are_out_of_reach_is_neither_bad_nor_revoked(string path)
    {
        await using var world = await Start();
        world.Cluster.Keys.Outage = new TimeoutException(Internal);

        var during = await Ask(world, path);
        world.Cluster.Keys.Outage = null;
        var after = await Ask(world, path);

        IsUnavailable(during);
        Assert.Equal(path is "/revoke" or "/introspect" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, after.Status);
    }

    [Theory, MemberData(nameof(Endpoints))]
    [InlineData("/login")]
    [InlineData("/logout")]
    [InlineData("/activate")]
    [Trait("Attack", "46")]
    public async Task a_form_in_a_character_set_nobody_reads_is_the_clients_fault_and_no_outage(string path)
    {
        await using var world = await Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.Address, path)) { Content = new ByteArrayContent("grant_type=+AGE-"u8.ToArray()) };
        request.Headers.Host = Host;
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=utf-7");

        using var response = await world.Send(request);

        Assert.InRange((int)response.StatusCode, 200, 499);
    }

    [Fact]
    [Trait("Standard", "RFC 8628")]
    public async Task a_device_for_which_no_code_is_free_is_told_server_error()
    {
        await using var world = await Start();

        var answer = await Ask(world, "/oauth/device_authorization");

        Assert.Equal((HttpStatusCode.InternalServerError, "server_error"), (answer.Status, ErrorOf(answer)));
    }

    [Theory, MemberData(nameof(Endpoints))]
    [Trait("Attack", "45")]
    public async Task a_failure_nobody_expected_is_server_error_and_says_nothing_of_itself(string path)
    {
        await using var app = await Failing();
        using var client = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };

        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), null);
        var answer = await Browser.Answer.Of(response);

        Assert.Equal((HttpStatusCode.InternalServerError, "server_error"), (answer.Status, ErrorOf(answer)));
        IsOfTheStandard(answer);
    }

    private static Dictionary<string, string> Request() => new()
    {
        ["response_type"] = "code",
        ["client_id"] = _client.Ident.ToString(),
        ["redirect_uri"] = Callback,
        ["state"] = "a b",
        ["scope"] = "openid",
    };

    private static async Task<LoginWorld> Start()
    {
        var world = await LoginWorld.Start();
        world.Cluster.ClientAuthentication.Client = _client;
        world.Cluster.ClientAuthentication.Secret = Secret;
        world.Cluster.Catalog.Publish(_client);
        await Eventually.Holds(() => world.Services.GetRequiredService<CatalogMirror>().Current.ClientByIdent(_client.Ident) is not null || Tick(world));
        return world;
    }

    /// <summary>A request each endpoint answers while all is well.</summary>
    private static async Task<Browser.Answer> Ask(LoginWorld world, string path)
    {
        var isResource = path is "/userinfo" or "/token/info";
        using var request = new HttpRequestMessage(isResource ? HttpMethod.Get : HttpMethod.Post, new Uri(world.Address, path));
        request.Headers.Host = Host;
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("Authorization", isResource ? "Bearer " + _token : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_client.Ident}:{Secret}")));
        request.Content = isResource ? null : new FormUrlEncodedContent(path switch
        {
            "/token" => new() { ["grant_type"] = "authorization_code", ["code"] = "unknown" },
            "/oauth/par" => new(Request()) { ["request"] = "none" },
            _ => new Dictionary<string, string> { ["token"] = _token },
        });
        using var response = await world.Send(request);
        return await Browser.Answer.Of(response);
    }

    private static async Task<WebApplication> Failing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services
            .AddSingleton(new ServerSettings())
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Prometheus.Metrics.NewCustomRegistry())
            .AddObservability()
            .AddPages();
        var app = builder.Build();
        app.UseMiddleware<RequestErrors>();
        app.Run(static _ => throw new InvalidOperationException(Internal));
        await app.StartAsync();
        return app;
    }

    private static void ComesAgain(Browser.Answer answer)
    {
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.StartsWith(Callback + "?", answer.Location, StringComparison.Ordinal);
        var told = QueryHelpers.ParseQuery(answer.Location![Callback.Length..]);
        Assert.Equal(("temporarily_unavailable", "a b", "https://login.example.com"), ((string)told["error"]!, (string)told["state"]!, (string)told["iss"]!));
        Assert.DoesNotContain(Internal, Uri.UnescapeDataString(answer.Everything), StringComparison.Ordinal);
    }

    private static void IsUnavailable(Browser.Answer answer)
    {
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (answer.Status, ErrorOf(answer)));
        IsOfTheStandard(answer);
    }

    private static void IsOfTheStandard(Browser.Answer answer)
    {
        Assert.StartsWith("application/json", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal(["error", "error_description", "reason", "status"], JsonSerializer.Deserialize<JsonElement>(answer.Body).EnumerateObject().Select(static member => member.Name));
        Assert.DoesNotContain("10.0.0.7", answer.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Everything, StringComparison.Ordinal);
    }

    private static string? ErrorOf(Browser.Answer answer) => JsonSerializer.Deserialize<JsonElement>(answer.Body).TryGetProperty("error", out var error) ? error.GetString() : null;

    private static TimeSpan Age(LoginWorld world)
    {
        var (catalog, revocations) = (world.Services.GetRequiredService<CatalogMirror>().Age, world.Services.GetRequiredService<RevocationMirror>().Age);
        return catalog > revocations ? catalog : revocations;
    }

    private static bool Tick(LoginWorld world)
    {
        world.Clock.Advance(MirrorLoop.PollEvery);
        return false;
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
