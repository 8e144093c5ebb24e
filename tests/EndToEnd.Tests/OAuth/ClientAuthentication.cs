using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Every way a client proves itself, at every endpoint that asks for it (RFC 6749 §2.3, RFC 7523 §3), against a running server.</summary>
[Trait("Standard", "RFC 7523")]
public sealed class ClientAuthentication(Worlds worlds)
{
    public static TheoryData<string, string> MethodsAndEndpoints
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var method in new[] { "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt" })
            {
                foreach (var path in new[] { "/token", "/revoke", "/introspect", "/oauth/introspect" })
                {
                    data.Add(method, path);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(MethodsAndEndpoints))]
    public async Task a_client_proves_itself_by_its_method_and_by_no_other(string method, string path)
    {
        var server = (await worlds.Embedded).Server.Address;
        foreach (var (way, isRight) in new[] { "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt" }.Select(way => (way, way == method)))
        {
            var (client, form, basic) = Proof(method, way);
            form["grant_type"] = "client_credentials";
            form["token"] = "nothing";

            var (status, body, _) = await ProvenClients.Send(server, path, form, basic);

            Assert.True(status == (isRight ? HttpStatusCode.OK : HttpStatusCode.Unauthorized), $"{client} by {way} at {path}: {status} {body}");
        }
    }

    [Fact]
    public async Task the_issuer_the_token_endpoint_and_the_endpoint_that_is_asked_are_audiences()
    {
        var server = (await worlds.Embedded).Server.Address;
        foreach (object audience in new object[]
        {
            "https://id.shop.test", "https://id.shop.test/token", "https://id.shop.test/introspect", new[] { "https://id.shop.test", "https://id.shop.test/token" },
        })
        {
            var assertion = ProvenClients.Sign(new(ProvenClients.Claims(ProvenClients.PrivateKey)) { ["aud"] = audience }, ProvenClients.Key);

            var (status, body, _) = await ProvenClients.Send(server, "/introspect", ProvenClients.With(assertion, ("token", "nothing")));

            Assert.Equal((HttpStatusCode.OK, """{"active":false}"""), (status, body));
        }
    }

    public static TheoryData<string> Attacks =>
    [
        "expired", "no exp", "exp as text", "long life", "not yet", "from the future", "no jti", "empty jti", "foreign iss", "foreign sub", "no iss", "no aud", "foreign aud", "foreign aud beside ours",
        "another endpoint", "alg none", "HS256 with the public key", "foreign key", "foreign key in the header", "another client's key", "crit", "type of an access token", "changed",
        "padded", "two header members",
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    [Trait("Attack", "27")]
    [Trait("Attack", "30")]
    public async Task an_assertion_that_is_wrong_proves_nobody(string attack)
    {
        var server = (await worlds.Embedded).Server.Address;

        var (status, body, _) = await ProvenClients.Send(server, "/token", ProvenClients.With(Forged(attack), ("grant_type", "client_credentials"), ("client_id", ProvenClients.PrivateKey)));

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("\"invalid_client\"", body, StringComparison.Ordinal);
    }

    /// <summary>Every endpoint that asks who the client is.</summary>
    public static TheoryData<string> Endpoints => ["/token", "/revoke", "/introspect", "/oauth/introspect", "/oauth/par", "/oauth/device_authorization"];

    [Theory, MemberData(nameof(Endpoints))]
    [Trait("Attack", "27")]
    [Trait("Standard", "RFC 6749")]
    public async Task a_secret_in_the_address_is_refused_although_it_is_the_right_one(string path)
    {
        var server = (await worlds.Embedded).Server.Address;
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["token"] = "nothing", ["client_id"] = ProvenClients.Post };

        // RFC 6749 §2.3.1: addresses are written into logs and histories.
        var alone = await ProvenClients.Send(server, $"{path}?client_id={ProvenClients.Post}&client_secret={ProvenClients.Secret}", form);
        var beside = await ProvenClients.Send(server, $"{path}?client_secret={ProvenClients.Secret}", new(form) { ["client_secret"] = ProvenClients.Secret });
        var assertion = await ProvenClients.Send(server, $"{path}?client_assertion=a.b.c", form);

        foreach (var (status, body, _) in new[] { alone, beside, assertion })
        {
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("\"invalid_request\"", body, StringComparison.Ordinal);
            Assert.DoesNotContain(ProvenClients.Secret, body, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Endpoints))]
    [Trait("Attack", "27")]
    public async Task an_empty_secret_is_no_secret(string path)
    {
        var server = (await worlds.Embedded).Server.Address;
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["token"] = "nothing" };

        var basic = await ProvenClients.Send(server, path, form, $"{ProvenClients.Basic}:");
        var post = await ProvenClients.Send(server, path, new(form) { ["client_id"] = ProvenClients.Post, ["client_secret"] = "" });
        var keys = await ProvenClients.Send(server, path, new(form) { ["client_id"] = ProvenClients.PrivateKey, ["client_secret"] = "" });

        foreach (var (status, body, _) in new[] { basic, post, keys })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, status);
            Assert.Contains("\"invalid_client\"", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Attack", "27")]
    public async Task an_assertion_is_good_once_at_whatever_endpoint()
    {
        var server = (await worlds.Embedded).Server.Address;
        var assertion = ProvenClients.Sign(ProvenClients.Claims(ProvenClients.PrivateKey), ProvenClients.Key);
        var form = ProvenClients.With(assertion, ("grant_type", "client_credentials"), ("token", "nothing"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => ProvenClients.Send(server, i % 2 == 0 ? "/token" : "/introspect", form)));

        Assert.Single(answers, static answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(19, answers.Count(static answer => answer.Status == HttpStatusCode.Unauthorized));
    }

    [Fact]
    [Trait("Attack", "27")]
    public async Task an_unknown_client_and_a_wrong_proof_get_the_same_answer()
    {
        var server = (await worlds.Embedded).Server.Address;
        var nobody = Guid.NewGuid().ToString();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var wrong = await ProvenClients.Send(server, "/token", new() { ["grant_type"] = "client_credentials" }, $"{ProvenClients.Basic}:wrong");
        var unknown = await ProvenClients.Send(server, "/token", new() { ["grant_type"] = "client_credentials" }, $"{nobody}:wrong");
        var wrongKey = await ProvenClients.Send(server, "/token", ProvenClients.With(ProvenClients.Sign(ProvenClients.Claims(ProvenClients.PrivateKey), stranger), ("grant_type", "client_credentials")));
        var unknownKey = await ProvenClients.Send(server, "/token", ProvenClients.With(ProvenClients.Sign(ProvenClients.Claims(nobody), stranger), ("grant_type", "client_credentials")));

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal((wrong.Status, wrong.Body), (unknown.Status, unknown.Body));
        Assert.Equal((wrong.Status, wrong.Body), (wrongKey.Status, wrongKey.Body));
        Assert.Equal((wrong.Status, wrong.Body), (unknownKey.Status, unknownKey.Body));
    }

    [Fact]
    public async Task published_keys_are_fetched_once_and_a_new_key_is_found()
    {
        var server = (await worlds.Embedded).Server.Address;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var site = new HttpListener();
        site.Prefixes.Add(ProvenClients.JwksAddress);
        var asked = 0;
        site.Start();
        var serving = Serve();

        var answers = new List<(HttpStatusCode Status, string Body, HttpResponseMessage)>();
        for (var i = 0; i < 5; i++)
        {
            var assertion = ProvenClients.Sign(ProvenClients.Claims(ProvenClients.Published), key, new() { ["alg"] = "ES256", ["kid"] = "published" });
            answers.Add(await ProvenClients.Send(server, "/token", ProvenClients.With(assertion, ("grant_type", "client_credentials"))));
        }

        var foreign = ProvenClients.Sign(ProvenClients.Claims(ProvenClients.Published), key, new() { ["alg"] = "ES256", ["kid"] = "../../etc/passwd' OR 1=1" });
        var (refused, _, _) = await ProvenClients.Send(server, "/token", ProvenClients.With(foreign, ("grant_type", "client_credentials")));
        site.Stop();
        await serving;

        Assert.All(answers, static answer => Assert.True(answer.Status == HttpStatusCode.OK, answer.Body));
        Assert.Equal(HttpStatusCode.Unauthorized, refused);
        Assert.Equal(1, asked);

        async Task Serve()
        {
            try
            {
                while (true)
                {
                    var context = await site.GetContextAsync();
                    Interlocked.Increment(ref asked);
                    await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(ProvenClients.Jwks("published", key)));
                    context.Response.Close();
                }
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                // The site is closed.
            }
        }
    }

    [Fact]
    [Trait("Attack", "42")]
    public async Task keys_at_a_metadata_address_are_not_asked_for_and_the_client_may_try_again()
    {
        var server = (await worlds.Embedded).Server.Address;
        var assertion = ProvenClients.Sign(ProvenClients.Claims(ProvenClients.Unreachable), ProvenClients.Key);

        var (status, body, _) = await ProvenClients.Send(server, "/token", ProvenClients.With(assertion, ("grant_type", "client_credentials")));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("temporarily_unavailable", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_metadata_names_every_method_and_algorithm_and_no_other()
    {
        var world = await worlds.Embedded;
        using var client = new HttpClient { BaseAddress = world.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-configuration");
        request.Headers.Host = "id.shop.test";
        using var answer = await client.SendAsync(request);
        var metadata = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

        string[] proven = ["client_secret_basic", "client_secret_jwt", "client_secret_post", "private_key_jwt"];
        Assert.Equal([.. proven, "none"], Texts("token_endpoint_auth_methods_supported"));
        Assert.Equal([.. proven, "none"], Texts("revocation_endpoint_auth_methods_supported"));
        Assert.Equal(proven, Texts("introspection_endpoint_auth_methods_supported"));
        foreach (var endpoint in new[] { "token", "revocation", "introspection" })
        {
            Assert.Equal(["ES256", "PS256", "RS256", "HS256"], Texts($"{endpoint}_endpoint_auth_signing_alg_values_supported"));
        }

        Assert.Equal(["ES256"], Texts("introspection_signing_alg_values_supported"));

        string[] Texts(string name) => [.. metadata.GetProperty(name).EnumerateArray().Select(static one => one.GetString()!)];
    }

    private static (string Client, Dictionary<string, string> Form, string? Basic) Proof(string method, string way)
    {
        var client = method switch
        {
            "client_secret_basic" => ProvenClients.Basic,
            "client_secret_post" => ProvenClients.Post,
            "client_secret_jwt" => ProvenClients.SecretJwt,
            _ => ProvenClients.PrivateKey,
        };
        return way switch
        {
            "client_secret_basic" => (client, [], $"{client}:{ProvenClients.Secret}"),
            "client_secret_post" => (client, new() { ["client_id"] = client, ["client_secret"] = ProvenClients.Secret }, null),
            "client_secret_jwt" => (client, ProvenClients.With(ProvenClients.Sign(ProvenClients.Claims(client), Encoding.UTF8.GetBytes(ProvenClients.Secret))), null),
            _ => (client, ProvenClients.With(ProvenClients.Sign(ProvenClients.Claims(client), ProvenClients.Key)), null),
        };
    }

    private static string Forged(string attack)
    {
        var claims = ProvenClients.Claims(ProvenClients.PrivateKey);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return attack switch
        {
            "expired" => Signed("exp", now - 60),
            "no exp" => Signed("exp", null),
            "exp as text" => Signed("exp", $"{now + 60}"),
            "long life" => Signed("exp", now + 3600),
            "not yet" => Signed("nbf", now + 120),
            "from the future" => Signed("iat", now + 120),
            "no jti" => Signed("jti", null),
            "empty jti" => Signed("jti", ""),
            "foreign iss" => Signed("iss", ProvenClients.Published),
            "foreign sub" => Signed("sub", ProvenClients.Published),
            "no iss" => Signed("iss", null),
            "no aud" => Signed("aud", null),
            "foreign aud" => Signed("aud", "https://id.other.test"),
            "foreign aud beside ours" => Signed("aud", new[] { "https://id.shop.test", "https://id.other.test" }),
            "another endpoint" => Signed("aud", "https://id.shop.test/introspect"),
            _ => ForgedHeader(attack, claims),
        };

        string Signed(string claim, object? value)
        {
            if (value is null)
            {
                claims.Remove(claim);
            }
            else
            {
                claims[claim] = value;
            }

            return ProvenClients.Sign(claims, ProvenClients.Key);
        }
    }

    private static string ForgedHeader(string attack, Dictionary<string, object> claims)
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var brought = new Dictionary<string, object>
        {
            ["alg"] = "ES256",
            ["jwk"] = JsonSerializer.Deserialize<JsonElement>(ProvenClients.Jwks("inline", stranger)).GetProperty("keys")[0],
            ["jku"] = "https://evil.test/keys",
            ["x5u"] = "https://evil.test/keys",
        };
        return attack switch
        {
            "alg none" => ProvenClients.Input(claims, new() { ["alg"] = "none" }) + ".",
            "HS256 with the public key" => ProvenClients.Sign(claims, Encoding.UTF8.GetBytes(ProvenClients.Jwks("inline", ProvenClients.Key))),
            "foreign key" => ProvenClients.Sign(claims, stranger),
            "foreign key in the header" => ProvenClients.Sign(claims, stranger, brought),
            "another client's key" => ProvenClients.Sign(claims, Encoding.UTF8.GetBytes(ProvenClients.Secret)),
            "crit" => ProvenClients.Sign(claims, ProvenClients.Key, new() { ["alg"] = "ES256", ["crit"] = new[] { "exp" } }),
            "type of an access token" => ProvenClients.Sign(claims, ProvenClients.Key, new() { ["alg"] = "ES256", ["typ"] = "at+jwt" }),
            "changed" => ProvenClients.Sign(claims, ProvenClients.Key).Insert(40, "A"),
            "padded" => ProvenClients.Sign(claims, ProvenClients.Key) + "==",
            "two header members" => TwoAlgorithms(claims),
            _ => throw new ArgumentOutOfRangeException(nameof(attack)),
        };
    }

    private static string TwoAlgorithms(Dictionary<string, object> claims)
    {
        var input = Base64Url.EncodeToString("""{"alg":"none","alg":"ES256"}"""u8) + "." + ProvenClients.Input(claims, []).Split('.')[1];
        return $"{input}.{Base64Url.EncodeToString(ProvenClients.Key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }
}
