using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StackExchange.Redis;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;
using Uitsmijter.Actors.EndToEnd.Tests.Telemetry;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>
/// One person and their clients go through every flow there is, with a server that says everything it can; then everything it printed, measured, exported and stored is searched
/// for what went through it.
/// </summary>
public sealed class SecrecyOfEveryFlow
{
    private const string Tenant = "secretive";
    private const string Id = "id.secretive.test";
    private const string Application = "app.secretive.test";
    private const string Second = "second.secretive.test";
    private const string Web = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1ac1";
    private const string Television = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1ac2";
    private const string KeySecret = "the key encryption secret of this very test";
    private const string Person = "ada.the.secretive@example.com";
    private const string RightPassword = "a passphrase that is right";
    private const string WrongPassword = "a passphrase that is almost right";
    private const string ClientSecret = "a-secret-of-the-secretive-0123456789";
    private const string InProfile = "marker-in-the-profile";
    private const string Committed = "marker-that-was-committed";
    private const string InTheAddress = "marker-in-the-address";

    [Theory, Trait("Attack", "45"), Trait("Contract", "configuration 5.6")]
    [InlineData(false, "http/protobuf")]
    [InlineData(true, "grpc")]
    public async Task nothing_that_opens_a_door_is_in_any_log_trace_metric_or_stored_state(bool overRedis, string protocol)
    {
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        await using var receiver = await OtlpReceiver.Start(protocol);
        await using var world = await Start(receiver.Address, protocol, overRedis);
        await Knows(world);

        var opening = new List<string> { RightPassword, WrongPassword };
        using var visitor = new Visitor(world.Server.Address);
        opening.AddRange(await LogIn(visitor));
        opening.AddRange(await Renew(world, visitor));
        opening.AddRange(await UseClient(world));
        opening.AddRange(await ConnectDevice(world));
        opening.AddRange(await LookAtAccountAndLeave(visitor));
        await receiver.Has(static all => all.Spans.Any(static span => span["uitsmijter.outcome"] == "logged_out"), "The logout's span");
        await receiver.Has(static all => all.Points.Any(static point => point.Metric == "uitsmijter_logout" && point.Labels["tenant"] == Tenant), "The logout's count");

        using var reader = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        var metrics = await reader.GetStringAsync(new Uri(world.Server.Management, "/metrics"));
        var ofSilos = string.Concat(await Task.WhenAll(world.Server.SiloManagements.Select(silo => reader.GetStringAsync(new Uri(silo, "/metrics")))));
        Assert.Equal(overRedis, ofSilos.Contains("uitsmijter_script", StringComparison.Ordinal));
        var told = receiver.Raw.Aggregate(new CapturedOutput().With(world.Server.Output).With(metrics + ofSilos), static (all, one) => all.With(Encoding.UTF8.GetString(one)));
        Assert.Contains("Session renewed", world.Server.Output, StringComparison.Ordinal);
        Assert.Contains("Device approved", world.Server.Output, StringComparison.Ordinal);
        Assert.Contains("uitsmijter_session_renewals", metrics, StringComparison.Ordinal);
        Assert.Empty(told.Leaks([.. opening, Tenants.JwtSecret, KeySecret, ClientSecret, InProfile, Committed, InTheAddress]));
        if (overRedis)
        {
            var stored = await Stored(world.Server.Redis!);
            Assert.Contains("secretive", stored, StringComparison.Ordinal);
            Assert.Empty(new CapturedOutput().With(stored).Leaks([.. opening, Tenants.JwtSecret, KeySecret]));
        }
    }

    /// <summary>Waits until the tenant and its clients have arrived, each file in its time.</summary>
    private static async Task Knows(World world)
    {
        using var visitor = new Visitor(world.Server.Address);
        await CodeFlow.Until(async () => (await visitor.Form(Id, $"https://{Application}/")).StatusCode == HttpStatusCode.OK);
        foreach (var (client, secret) in new[] { (Web, ClientSecret), (Television, null) })
        {
            using var party = new RelyingParty(world, Id, client, secret);
            await CodeFlow.Until(async () => (await party.Refresh("none")).Body.GetProperty("error").GetString() == "invalid_grant");
        }
    }

    private static async Task<string[]> LogIn(Visitor visitor)
    {
        using var form = await visitor.Form(Id, $"https://{Application}/?{InTheAddress}");
        var ticket = (await RelyingParty.Fields(form))["ticket"];
        using var refused = await visitor.LogIn(Id, $"https://{Application}/?{InTheAddress}", Person, WrongPassword);
        using var login = await visitor.LogIn(Id, $"https://{Application}/?{InTheAddress}", Person, RightPassword);
        using var silent = await visitor.Form(Id, $"https://{Second}/?{InTheAddress}");
        using var allowed = await visitor.Ask("caddy", Application, $"/?{InTheAddress}");

        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.SeeOther, HttpStatusCode.SeeOther, HttpStatusCode.OK],
            [refused.StatusCode, login.StatusCode, silent.StatusCode, allowed.StatusCode]);
        return [ticket, .. Parts(Value(visitor)), .. Parts(Header(allowed))];
    }

    /// <summary>A cookie in the last quarter of its life, made from a good one as decision 10 says cookies are signed: nobody can wait for days here.</summary>
    private static async Task<string[]> Renew(World world, Visitor visitor)
    {
        var parts = Value(visitor).Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        claims["iat"] = claims["iat"]!.GetValue<long>() - (long)TimeSpan.FromDays(30).TotalSeconds;
        var signed = $"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        var key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(KeySecret), 32, SHA256.HashData(Encoding.UTF8.GetBytes(Tenants.JwtSecret)), Encoding.UTF8.GetBytes($"uitsmijter/sso-cookie/v1|{Tenant}"));
        var old = $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = world.Server.Address, Timeout = TimeSpan.FromSeconds(60) };
        using var question = new HttpRequestMessage(HttpMethod.Get, "/auth/caddy");
        foreach (var (name, value) in new[] { ("X-Forwarded-Method", "GET"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", Application), ("X-Forwarded-Uri", "/"), ("Cookie", $"uitsmijter-sso={old}") })
        {
            question.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(question);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var renewed = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0].Split('=', 2)[1];
        return [.. Parts(old), .. Parts(renewed), .. Parts(Header(answer))];
    }

    private static async Task<string[]> UseClient(World world)
    {
        using var client = new RelyingParty(world, Id, Web, ClientSecret);
        var pushed = await client.Push(client.Request("openid profile offline_access"));
        using var asked = await client.Authorize(pushed);
        using var login = await client.LogIn(asked, RightPassword, Person);
        using var arrived = await client.Get(login.Headers.Location!.OriginalString);
        using var consented = arrived.StatusCode == HttpStatusCode.OK ? await client.Consent(arrived, "allow") : null;
        var code = RelyingParty.Parameters(consented ?? arrived)["code"];
        var (first, tokens, _) = await client.Exchange(code);
        var (second, next, _) = await client.Refresh(Read(tokens, "refresh_token"));
        var (third, own, _) = await client.Post("/token", new() { ["grant_type"] = "client_credentials" });
        var (asking, _) = await client.Ask("/userinfo", Read(next, "access_token"));
        var (looking, _, _) = await client.Post("/introspect", new() { ["token"] = Read(next, "refresh_token") });
        var (revoking, _, _) = await client.Post("/revoke", new() { ["token"] = Read(next, "access_token") });

        Assert.All([first, second, third, asking, looking, revoking], static status => Assert.Equal(HttpStatusCode.OK, status));
        return
        [
            code, client.Verifier, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Web}:{ClientSecret}")), pushed["request_uri"].Split(':')[^1],
            .. new[] { Read(tokens, "access_token"), Read(tokens, "id_token"), Read(tokens, "refresh_token"), Read(next, "access_token"), Read(next, "refresh_token"), Read(own, "access_token") }.SelectMany(Parts),
        ];
    }

    private static async Task<string[]> ConnectDevice(World world)
    {
        using var device = new RelyingParty(world, Id, Television, null);
        var (started, codes, _) = await device.Post("/oauth/device_authorization", new() { ["scope"] = "openid profile" });
        using var person = new Visitor(world.Server.Address);
        using var connected = await person.Send(
            HttpMethod.Post, "/activate", Id, Proxied(), new FormUrlEncodedContent(new Dictionary<string, string> { ["user_code"] = Read(codes, "user_code"), ["username"] = Person, ["password"] = RightPassword }));
        var (polled, tokens, _) = await device.Post("/token", new() { ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code", ["device_code"] = Read(codes, "device_code") });

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], [started, connected.StatusCode, polled]);
        return [Read(codes, "device_code"), Read(codes, "user_code"), .. Parts(Read(tokens, "access_token")), .. Parts(Read(tokens, "refresh_token")), .. Parts(Read(tokens, "id_token"))];
    }

    private static async Task<string[]> LookAtAccountAndLeave(Visitor visitor)
    {
        using var account = await visitor.Send(HttpMethod.Get, "/account", Id, Proxied());
        var fields = await RelyingParty.Fields(account);
        Assert.Equal(HttpStatusCode.OK, account.StatusCode);
        using var gone = await visitor.Send(
            HttpMethod.Post, "/account", Id, Proxied(), new FormUrlEncodedContent(new Dictionary<string, string> { ["ticket"] = fields["ticket"], ["everywhere"] = "yes" }));
        using var refused = await visitor.Ask("caddy", Application, accept: "application/json");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var again = await visitor.LogIn(Id, $"https://{Application}/", Person, RightPassword);
        var cookie = Value(visitor);
        using var left = await visitor.Send(HttpMethod.Get, $"/logout/finalize?location={Uri.EscapeDataString($"https://{Application}/?{InTheAddress}")}", Id, Proxied());
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.SeeOther), (again.StatusCode, left.StatusCode));
        return [fields["ticket"], .. Parts(cookie)];
    }

    /// <summary>Every key and every value, as text.</summary>
    private static async Task<string> Stored(string address)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true");
        var data = redis.GetDatabase();
        var all = new StringBuilder();
        await foreach (var key in redis.GetServer(address).KeysAsync(pageSize: 1000))
        {
            all.Append(key).Append('\n');
            switch (await data.KeyTypeAsync(key))
            {
                case RedisType.String:
                    all.Append(await data.StringGetAsync(key)).Append('\n');
                    break;
                case RedisType.Hash:
                    all.AppendJoin('\n', await data.HashGetAllAsync(key)).Append('\n');
                    break;
                case RedisType.SortedSet:
                    all.AppendJoin('\n', await data.SortedSetRangeByRankAsync(key)).Append('\n');
                    break;
                case RedisType.Set:
                    all.AppendJoin('\n', await data.SetMembersAsync(key)).Append('\n');
                    break;
                case RedisType.List:
                    all.AppendJoin('\n', await data.ListRangeAsync(key)).Append('\n');
                    break;
                case RedisType.None:
                    // Its time was over while we looked.
                    break;
                case var other:
                    Assert.Fail($"The key {key} has a type nobody searches: {other}.");
                    break;
            }
        }

        return all.ToString();
    }

    private static async Task<World> Start(Uri receiver, string protocol, bool overRedis)
    {
        var world = await World.Start((directory, settings) =>
        {
            var own = new Dictionary<string, string>(settings)
            {
                ["KEY_ENCRYPTION_SECRET"] = KeySecret,
                ["LOG_LEVEL"] = "trace",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            };
            return overRedis ? AuthenticationServer.Separate(directory, own) : AuthenticationServer.Embedded(directory, own);
        });
        world.WriteTenant(Tenant,
            $$"""
            name: {{Tenant}}
            config:
              hosts: [{{Id}}, {{Application}}, {{Second}}]
              jwt_algorithm: ES256
              interceptor: { enabled: true, domain: {{Id}}, cookie: .secretive.test, headers: { X-User-Note: profile.note } }
              providers:
                - |
                  class UserLoginProvider {
                    constructor(credentials) {
                      this.allowed = credentials.password.endsWith('right') && !credentials.password.includes('almost');
                      console.log('asked', this.allowed);
                      commit({ subject: 'subject-of-' + credentials.username, secret: '{{Committed}}' });
                    }
                    get canLogin() { return this.allowed; }
                    get userProfile() { return { note: '{{InProfile}}' }; }
                    get role() { return 'keeper'; }
                  }
                - |
                  class UserValidationProvider { constructor(args) { commit(true); } get isValid() { return true; } }
            """);
        world.WriteClient("secretive-web",
            $$"""
            name: secretive-web
            config:
              ident: {{Web}}
              tenantname: {{Tenant}}
              secret: {{ClientSecret}}
              redirect_urls: [{{RelyingParty.Callback}}]
              scopes: [openid, profile, offline_access]
              grant_types: [authorization_code, refresh_token, client_credentials]
            """);
        world.WriteClient("secretive-tv",
            $$"""
            name: secretive-tv
            config:
              ident: {{Television}}
              tenantname: {{Tenant}}
              redirect_urls: [{{RelyingParty.Callback}}]
              scopes: [openid, profile]
              grant_types: [device_code, refresh_token]
              device_grant_config: { expires_in: 600, interval: 1 }
            """);
        return world;
    }

    private static Dictionary<string, string?> Proxied() => new() { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = Id, ["Accept"] = "text/html" };

    private static string Value(Visitor visitor) => visitor.LoginCookie!.Split('=', 2)[1];

    private static string Header(HttpResponseMessage answer) => answer.Headers.GetValues("Authorization").Single().Split(' ')[1];

    private static string Read(JsonElement answer, string name) => answer.GetProperty(name).GetString()!;

    /// <summary>A token, and what it says and signs or redeems with; what stands before the first dot is no secret.</summary>
    private static string[] Parts(string token) => [token, .. token.Split('.')[1..]];
}
