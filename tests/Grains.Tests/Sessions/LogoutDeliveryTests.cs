using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Uitsmijter.Actors.GrainInterfaces.Catalog;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Sessions;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Grains.Tests.Keys;
using Uitsmijter.Actors.Grains.Tests.Login;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Sessions;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Sessions;

/// <summary>Clients hear that a session ended (Back-Channel Logout §2.5): once at least, for a bounded time, and nobody waits for it.</summary>
public sealed class LogoutDeliveryTests : IClassFixture<ClusterFixture>
{
    private const string Tenant = "cheese/shop";
    private static int _clients = 100;

    private readonly ClusterFixture _cluster;

    public LogoutDeliveryTests(ClusterFixture cluster) => _cluster = cluster;

    [Fact]
    [Trait("Conformance", "oidcc-backchannel-rp-initiated-logout")]
    [Trait("Attack", "21")]
    public async Task a_client_gets_a_logout_token_it_can_believe()
    {
        using var client = new TinyServer(static _ => TinyAnswer.Text(""));
        var ident = await Publish(client.Url + "/bye?x=1");
        var session = await Open("told", ident);

        await session.End(Tenant, SessionEnd.LoggedOut, default);
        await ClusterFixture.Until(() => !client.Requests.IsEmpty);

        var request = Assert.Single(client.Requests);
        Assert.Equal(("POST", "/bye?x=1", "application/x-www-form-urlencoded"), (request.Method, request.Path, request.Header("Content-Type")));
        Assert.StartsWith("logout_token=", request.Body, StringComparison.Ordinal);
        var token = request.Body["logout_token=".Length..];
        var keys = (await _cluster.Grains.GetGrain<IKeyRingGrain>(Tenant).Read(SigningAlgorithm.ES256, default)).SigningKeys;
        Assert.True(Tokens.Verify(token, keys));
        Assert.Equal(("logout+jwt", "ES256"), (Tokens.Header(token).GetProperty("typ").GetString(), Tokens.Header(token).GetProperty("alg").GetString()));
        var claims = Tokens.Claims(token);
        Assert.Equal("https://id.cheese.test", claims.GetProperty("iss").GetString());
        Assert.Equal(ident.ToString().ToUpperInvariant(), claims.GetProperty("aud").GetString());
        Assert.Equal("ada", claims.GetProperty("sub").GetString());
        Assert.Equal("told", claims.GetProperty("sid").GetString());
        Assert.Equal(_cluster.Clock.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("iat").GetInt64());
        Assert.Equal(120, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.True(claims.GetProperty("jti").GetString()!.Length >= 32);
        Assert.Equal("{}", claims.GetProperty("events").GetProperty(LogoutTokenClaims.Event).GetRawText());
        Assert.Single(claims.GetProperty("events").EnumerateObject());
        Assert.False(claims.TryGetProperty("nonce", out _));
    }

    [Fact]
    public async Task a_logout_token_is_signed_like_the_clients_id_tokens()
    {
        using var client = new TinyServer(static _ => TinyAnswer.Text(""));
        var session = await Open("chosen", await Publish(client.Url, SigningAlgorithm.RS256));

        await session.End(Tenant, SessionEnd.LoggedOut, default);
        await ClusterFixture.Until(() => !client.Requests.IsEmpty);

        var token = Assert.Single(client.Requests).Body["logout_token=".Length..];
        Assert.Equal("RS256", Tokens.Header(token).GetProperty("alg").GetString());
        Assert.True(Tokens.Verify(token, (await _cluster.Grains.GetGrain<IKeyRingGrain>(Tenant).Read(SigningAlgorithm.ES256, default)).SigningKeys));
    }

    [Fact]
    public async Task a_client_that_fails_is_told_again_with_another_token_until_it_has_heard()
    {
        var answers = 0;
        using var client = new TinyServer(_ => TinyAnswer.Text("", Interlocked.Increment(ref answers) < 3 ? 503 : 204));
        var session = await Open("again", await Publish(client.Url));

        await session.End(Tenant, SessionEnd.LoggedOut, default);
        await Settled("again", static state => state.Clients is [{ Failures: 1 }]);
        await Tick("again");
        var early = client.Requests.Count;
        _cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await Tick("again");
        _cluster.Clock.Advance(TimeSpan.FromMinutes(2));
        await Tick("again");

        Assert.Equal(1, early);
        Assert.Equal(3, client.Requests.Count);
        Assert.Equal(3, client.Requests.Select(static request => Tokens.Claims(request.Body["logout_token=".Length..]).GetProperty("jti").GetString()).Distinct().Count());
        Assert.Null(Stored("again"));
        Assert.Empty((await Reminders("again")).Reminders);
    }

    [Fact]
    public async Task a_client_that_never_answers_is_given_up_and_holds_up_nobody()
    {
        var counted = new ConcurrentBag<string>();
        using var listener = new MeterListener { InstrumentPublished = static (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            counted.Add($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"))}"));
        listener.Start();
        var silence = new TaskCompletionSource<TinyAnswer>();
        using var silent = new TinyServer(_ => silence.Task);
        using var other = new TinyServer(static _ => TinyAnswer.Text(""));
        var (first, second) = (await Publish(silent.Url), await Publish(other.Url));
        var session = await Open("silent", first, second);

        await session.End(Tenant, SessionEnd.LoggedOut, default);
        await ClusterFixture.Until(() => !other.Requests.IsEmpty && !silent.Requests.IsEmpty);
        silence.SetResult(TinyAnswer.Text("", 500));
        await Settled("silent", static state => state.Clients is [{ Failures: 1 }]);
        for (var attempt = 2; attempt <= LogoutDeliveryRules.Attempts; attempt++)
        {
            _cluster.Clock.Advance(TimeSpan.FromHours(1));
            await Tick("silent");
        }

        Assert.Equal(LogoutDeliveryRules.Attempts, silent.Requests.Count);
        Assert.Single(other.Requests);
        Assert.Null(Stored("silent"));
        Assert.Equal(LogoutDeliveryRules.Attempts - 1, counted.Count(static one => one == $"uitsmijter.backchannel.logout.retried 1 tenant={Tenant}"));
        Assert.Single(counted, static one => one == $"uitsmijter.backchannel.logout.given_up 1 tenant={Tenant}");
        Assert.Contains($"uitsmijter.backchannel.logout.delivered 1 tenant={Tenant}", counted);
    }

    [Fact]
    public async Task a_silo_that_dies_before_it_tells_anybody_leaves_it_to_the_reminder()
    {
        using var client = new TinyServer(static _ => TinyAnswer.Text(""));
        var ident = await Publish(client.Url);
        var session = await Open("orphan", ident);
        var notice = new LogoutNotice { Tenant = Tenant, Subject = "ada", Clients = [new ToldClient(ident, ident.ToString())] };

        await Delivery("orphan").Announce(notice, default);
        await Tick("orphan");
        var before = client.Requests.Count;
        await session.End(Tenant, SessionEnd.LoggedOut, default);
        await ClusterFixture.Until(() => !client.Requests.IsEmpty);

        Assert.Equal(0, before);
    }

    [Fact]
    public async Task an_end_that_was_announced_and_never_came_is_forgotten()
    {
        using var client = new TinyServer(static _ => TinyAnswer.Text(""));
        var ident = await Publish(client.Url);
        await Open("called-off", ident);
        await Delivery("called-off").Announce(new LogoutNotice { Tenant = Tenant, Subject = "ada", Clients = [new ToldClient(ident, ident.ToString())] }, default);

        _cluster.Clock.Advance(LogoutDeliveryRules.Pending);
        await Tick("called-off");

        Assert.Empty(client.Requests);
        Assert.Null(Stored("called-off"));
        Assert.Empty((await Reminders("called-off")).Reminders);
    }

    [Theory]
    [InlineData(SessionEnd.UserInvalid, true)]
    [InlineData(SessionEnd.Replaced, true)]
    [InlineData(SessionEnd.Idle, false)]
    public async Task every_end_is_told_but_the_idle_one(SessionEnd reason, bool isTold)
    {
        using var client = new TinyServer(static _ => TinyAnswer.Text(""));
        var session = await Open($"end-{reason}", await Publish(client.Url));

        await session.End(Tenant, reason, default);

        if (isTold)
        {
            await ClusterFixture.Until(() => !client.Requests.IsEmpty);
        }
        else
        {
            Assert.Null(Stored($"end-{reason}"));
            Assert.Empty((await Reminders($"end-{reason}")).Reminders);
        }
    }

    [Theory]
    [Trait("Attack", "42")]
    [InlineData("http://client.example.test/bye")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://user:password@127.0.0.1/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("redirect")]
    public async Task an_address_that_leads_where_nobody_may_is_never_reached(string address)
    {
        using var inner = new TinyServer(static _ => TinyAnswer.Text(""));
        using var outer = new TinyServer(_ => TinyAnswer.Redirect(inner.Url, 307));
        var sid = $"egress-{Guid.NewGuid():N}";
        var session = await Open(sid, await Publish(address == "redirect" ? outer.Url : address));

        await session.End(Tenant, SessionEnd.LoggedOut, default);
        await Settled(sid, static state => state.Clients is [{ Failures: 1 }]);

        Assert.Empty(inner.Requests);
    }

    [Fact]
    public async Task a_session_at_its_absolute_limit_is_told_although_nobody_ended_it()
    {
        using var client = new TinyServer(static _ => TinyAnswer.Text(""));
        await Open("limit", await Publish(client.Url));

        _cluster.Clock.Advance(TimeSpan.FromDays(30) + SessionRules.ClockTolerance);
        await _cluster.Grains.GetGrain<ICheckedSession>("limit").Check(default);
        await ClusterFixture.Until(() => !client.Requests.IsEmpty);

        Assert.Single(client.Requests);
    }

    private async Task<Guid> Publish(string backChannel, SigningAlgorithm? algorithm = null)
    {
        var number = Interlocked.Increment(ref _clients);
        var tenant = SomeCatalog.Tenant(Tenant);
        var entry = SomeCatalog.Client(number, Tenant);
        var change = new CatalogChange
        {
            Tenants = [tenant with { Tenant = tenant.Tenant with { Algorithm = SigningAlgorithm.ES256, Hosts = ["id.cheese.test"] } }],
            Clients = [entry with { Client = entry.Client with { Logout = new LogoutNotices { BackChannelUri = backChannel }, IdTokenAlgorithm = algorithm } }],
        };
        var catalog = _cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Only);
        await catalog.Publish(change, default);
        await catalog.Publish(new CatalogChange { Retain = new CatalogRetention([Tenant], [.. Enumerable.Range(101, number - 100).Select(SomeCatalog.Ident)]) }, default);
        await ClusterFixture.Until(() => Enumerable.Range(0, 2).All(silo =>
            _cluster.Of<CatalogEntries>(silo) is { IsLoaded: true } known && known.Client(SomeCatalog.Ident(number)) is not null));
        return SomeCatalog.Ident(number);
    }

    private async Task<ISessionGrain> Open(string sid, params Guid[] clients)
    {
        var session = _cluster.Grains.GetGrain<ISessionGrain>(sid);
        await _cluster.Open(session, SomeSession.Of("ada"));
        foreach (var client in clients)
        {
            await session.Give(new GiveGrant { Tenant = Tenant, Client = client, ClientId = client.ToString().ToUpperInvariant() }, default);
        }

        return session;
    }

    private ILogoutDeliveryGrain Delivery(string sid) => _cluster.Grains.GetGrain<ILogoutDeliveryGrain>(sid);

    private async Task Tick(string sid) => await Delivery(sid).AsReference<IRemindable>().ReceiveReminder("deliver", default);

    private Task<ReminderTableData> Reminders(string sid) => _cluster.Of<IReminderTable>(0).ReadRows(Delivery(sid).GetGrainId());

    private LogoutDeliveryState? Stored(string sid) => _cluster.Storage.RecordOf(Delivery(sid)) is { } json ? JsonSerializer.Deserialize<LogoutDeliveryState>(json, StoredJson.Options) : null;

    private Task Settled(string sid, Func<LogoutDeliveryState, bool> isSo) => ClusterFixture.Until(() => Stored(sid) is { } state && isSo(state));
}
