using System.Net;
using StackExchange.Redis;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Whatever strangers send: no record of it in Redis. A server of its own, so that every key that appears is of these requests.</summary>
[Trait("Standard", "RFC 6749")]
[Trait("Standard", "RFC 9449")]
public sealed class BadInputAtRest(BadInputAtRest.OwnServer own) : IClassFixture<BadInputAtRest.OwnServer>
{
    private const string Host = "id.shop.test";
    private const string Nobody = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1aff";
    private const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>A refresh token as ours look, of a grant nobody has.</summary>
    private static readonly string _refreshToken = "AAAAAAAAAAAAAAAAAAAAAA." + new string('A', 64);

    private static readonly string[] _wrongMethods = ["PUT", "PATCH", "DELETE", "HEAD"];

    private static readonly string[] _paths = ["/authorize", "/token", "/oauth/par", "/oauth/device_authorization", "/revoke", "/introspect", "/userinfo"];

    public static TheoryData<string> Paths => [.. _paths];

    [Theory, MemberData(nameof(Paths))]
    [Trait("Attack", "26")]
    [Trait("Attack", "31")]
    [Trait("Attack", "33")]
    [Trait("Attack", "46")]
    public async Task bad_requests_leave_no_record_in_the_storage(string path)
    {
        using var stranger = await own.Stranger(RelyingParty.Spa, null);
        using var machine = await own.Stranger(RelyingParty.Web, RelyingParty.Secret);
        using var device = await own.Stranger(Devices.Television, null);
        var before = await own.Keys();

        await SendMalformed(path);
        foreach (var (sender, form, proof) in Forms(path, stranger, machine, device))
        {
            var told = await sender.Send(HttpMethod.Post, path, form, proof is null ? [] : [("DPoP", proof)]);
            IsRefused(path, told);
        }

        foreach (var query in Queries(path))
        {
            using var answer = await stranger.Party.Get("/authorize?" + query);
            Assert.True((int)answer.StatusCode is >= 400 and < 500 || RelyingParty.Parameters(answer).ContainsKey("error"), $"{query}: {answer.StatusCode}");
        }

        Assert.Empty((await own.Keys()).Except(before));
    }

    [Fact]
    [Trait("Attack", "26")]
    public async Task what_bears_a_record_is_seen_there_and_wrong_secrets_are_one_counter()
    {
        using var stranger = await own.Stranger(RelyingParty.Spa, null);
        using var guesser = new BoundParty(own.World, Host, RelyingParty.Web, "a-secret-that-is-wrong");
        var empty = await own.Keys();

        await stranger.Party.Push(stranger.Party.Request());
        var pushed = await own.Keys();
        for (var guess = 0; guess < 3; guess++)
        {
            Assert.Equal("invalid_client", (await guesser.Post(new() { ["grant_type"] = "client_credentials" })).Error);
        }

        // The request, and the count of this client and network (decision 78).
        Assert.Equal(2, pushed.Except(empty).Count());
        Assert.Single((await own.Keys()).Except(pushed));
    }

    private async Task SendMalformed(string path)
    {
        var server = own.World.Server;
        using var client = BadInput.Client();
        foreach (var input in BadInput.Cases.Select(static row => row.Data).Where(row => row.Item1 == path).Select(static row => row.Item2))
        {
            using var request = BadInput.Request(server, path, input);
            using var answer = await client.SendAsync(request);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }

        foreach (var method in _wrongMethods)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address, $"{path}?client_id={RelyingParty.Spa}&token=a")) { Headers = { { "Host", Host } } };
            using var answer = await client.SendAsync(request);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }
    }

    /// <summary>Forms that can be read and ask for something that is not there, or is not the client's, with and without proofs that are good.</summary>
    private static IEnumerable<(BoundParty Sender, Dictionary<string, string> Form, string? Proof)> Forms(string path, BoundParty stranger, BoundParty machine, BoundParty device)
    {
        string Proof() => stranger.Proof("POST", path);
        foreach (var form in path == "/authorize" ? [] : Wrong(path, stranger))
        {
            yield return (stranger, form, null);
            yield return (stranger, form, Proof());
            yield return (stranger, form, "junk");
            yield return (stranger, form, stranger.Proof("GET", path));
            yield return (stranger, form, stranger.Key.Proof("POST", "https://evil.test" + path, nonce: stranger.Nonce));
            yield return (stranger, form, stranger.Key.Proof("POST", $"https://{Host}{path}"));
        }

        foreach (var form in path is "/token" or "/oauth/par" or "/introspect" ? Wrong(path, machine) : [])
        {
            yield return (machine, form, null);
            yield return (machine, form, "junk");
        }

        foreach (var form in path is "/authorize" or "/userinfo" ? [] : Wrong(path, device))
        {
            yield return (device, form, null);
            yield return (device, form, Proof());
        }
    }

    private static IEnumerable<Dictionary<string, string>> Wrong(string path, BoundParty client) => path switch
    {
        "/token" => WrongGrants(client),
        "/oauth/par" => WrongRequests(client).Select(static request => new Dictionary<string, string>(request)),
        "/oauth/device_authorization" => [new() { ["resource"] = "https://nobodys.test" }, new() { ["scope"] = new string('s', 9000), ["resource"] = "https://nobodys.test" }],
        "/userinfo" => [[], new() { ["access_token"] = "junk" }, new() { ["access_token"] = "eyJhbGciOiJub25lIn0.eyJ0ZW5hbnQiOiJzaG9wIn0." }],
        _ => [new() { ["token"] = "junk" }, new() { ["token"] = _refreshToken }, new() { ["token"] = "eyJhbGciOiJub25lIn0.eyJ0ZW5hbnQiOiJzaG9wIn0." }, new() { ["token"] = new string('t', 9000) }, []],
    };

    private static IEnumerable<Dictionary<string, string>> WrongGrants(BoundParty client) =>
    [
        client.OfCode("unknown"),
        client.OfCode(new string('c', 9000)),
        new() { ["grant_type"] = "refresh_token", ["refresh_token"] = _refreshToken },
        new() { ["grant_type"] = "refresh_token", ["refresh_token"] = "junk" },
        new() { ["grant_type"] = Devices.Urn, ["device_code"] = "unknown" },
        new() { ["grant_type"] = Exchange, ["subject_token"] = "junk", ["subject_token_type"] = "urn:ietf:params:oauth:token-type:access_token" },
        new() { ["grant_type"] = "password", ["username"] = "somebody", ["password"] = "guess" },
        new() { ["grant_type"] = "implicit" },
    ];

    private static IEnumerable<Dictionary<string, string>> WrongRequests(BoundParty client)
    {
        (string Name, string Value)[] changes =
        [
            ("redirect_uri", "https://evil.test/"), ("response_type", "token"), ("state", new string('s', 3000)), ("code_challenge", "short"), ("resource", "https://nobodys.test"),
            ("dpop_jkt", "short"), ("claims", "{"), ("max_age", "soon"), ("request", "eyJhbGciOiJub25lIn0.e30."), ("prompt", "none login"),
            ("request_uri", "urn:ietf:params:oauth:request_uri:" + new string('A', 43)),
        ];
        return changes.Select(change => new Dictionary<string, string>(client.Party.Request()) { [change.Name] = change.Value });
    }

    private IEnumerable<string> Queries(string path)
    {
        if (path != "/authorize")
        {
            return [];
        }

        using var client = new BoundParty(own.World, Host, RelyingParty.Spa, null);
        (string Name, string Value)[] more = [("client_id", Nobody), ("id_token_hint", "a.b.c"), ("prompt", "none"), ("nonce", new string('n', 9000))];
        return
        [
            .. WrongRequests(client).Concat(more.Select(change => new Dictionary<string, string>(client.Party.Request()) { [change.Name] = change.Value }))
                .Select(static request => string.Join('&', request.Select(static pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"))),
        ];
    }

    private static void IsRefused(string path, Told told)
    {
        // RFC 7009 §2.2: a token nobody knows is answered as one that was revoked; RFC 7662 §2.2: it is not active.
        var isTold = path == "/revoke" || (path == "/introspect" && told.Body.TryGetProperty("active", out var active) && !active.GetBoolean());
        Assert.True((isTold && told.Status == HttpStatusCode.OK) || (int)told.Status is >= 400 and < 500, $"{told.Status} {told.Body}");
    }

    /// <summary>Silo, gateway and Redis nobody else speaks to.</summary>
    public sealed class OwnServer : IAsyncLifetime
    {
        private World? _world;

        /// <summary>The running server; a test that asks for it skips, and says so, where Redis is not installed.</summary>
        public World World
        {
            get
            {
                Assert.SkipWhen(_world is null, "redis-server is not installed");
                return _world;
            }
        }

        /// <inheritdoc />
        public async ValueTask InitializeAsync()
        {
            if (!RedisServer.IsInstalled)
            {
                return;
            }

            // The first login of a tenant makes its keys and feeds: bad requests would be blamed for them.
            _world = await World.Start(AuthenticationServer.Separate);
            using var client = new RelyingParty(_world, Host, RelyingParty.Web, RelyingParty.Secret);
            Assert.Equal(HttpStatusCode.OK, (await client.Exchange((await client.Answer(client.Request()))["code"])).Status);
        }

        /// <inheritdoc />
        public ValueTask DisposeAsync() => _world?.DisposeAsync() ?? ValueTask.CompletedTask;

        /// <summary>A client with a nonce for its proofs.</summary>
        internal async Task<BoundParty> Stranger(string client, string? secret)
        {
            var party = new BoundParty(World, Host, client, secret);
            Assert.Equal("use_dpop_nonce", (await party.Post(new() { ["grant_type"] = "client_credentials" }, party.Proof("POST", "/token"))).Error);
            return party;
        }

        /// <summary>Every key but the counts of the configured tenants and clients, which a gateway reports every ten seconds (decision 17).</summary>
        internal async Task<HashSet<string>> Keys()
        {
            var address = World.Server.Redis!;
            await using var redis = await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true");
            var keys = new HashSet<string>();
            await foreach (var key in redis.GetServer(address).KeysAsync(pageSize: 1000))
            {
                if (!key.ToString().EndsWith("/activity", StringComparison.Ordinal))
                {
                    keys.Add(key.ToString());
                }
            }

            return keys;
        }
    }
}
