using System.Net;
using System.Text.Json;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What a network may try or begin in the name of a client, against a running server.</summary>
public sealed class ClientLimits(Worlds worlds)
{
    public const string Guessed = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1d01";
    public const string GuessedByName = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1d02";
    public const string Pushing = "6b1a3f4c-9a3e-4d0e-8f7b-0d7c5d8e1d03";
    public const string Secret = "a-secret-of-the-shop-0123456789";

    /// <summary>Free wrong secrets (decision 78), and free pushed requests.</summary>
    private const int FreeSecrets = 20;
    private const int FreePushes = 1_000;

    private static readonly TimeSpan _longWait = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(100);

    public static TheoryData<string, string> Doors => new() { { "/token", Guessed }, { "/introspect", GuessedByName } };

    [Theory, MemberData(nameof(Doors))]
    [Trait("Attack", "36")]
    [Trait("Standard", "RFC 6749")]
    [Trait("Contract", "http W45")]
    public async Task guessing_the_secret_of_a_client_ends_after_twenty_for_its_network_and_hurts_nobody_who_knows_it(string path, string client)
    {
        var guesses = new List<HttpStatusCode>();
        for (var guess = 0; guess < 3 * FreeSecrets && !guesses.Contains(HttpStatusCode.TooManyRequests); guess++)
        {
            guesses.Add((await Prove(path, client, $"wrong-{guess}", "203.0.113.90")).Status);
        }

        // One more wrong one, once the first wait is over: the second is twice as long, and holds on a busy machine until the rest has been asked.
        for (var held = TimeSpan.Zero; held < _longWait; held = (await Prove(path, client, "wrong", "203.0.113.90")).Wait ?? TimeSpan.Zero)
        {
            await Task.Delay(_look, TestContext.Current.CancellationToken);
        }

        // Nobody knows here yet that it is right; the next network's client is not concerned, and from then on it is known.
        var (unknown, body, wait) = await Prove(path, client, Secret, "203.0.113.90");
        var elsewhere = await Prove(path, client, Secret, "203.0.113.91");
        var known = await Prove(path, client, Secret, "203.0.113.90");
        var wrong = await Prove(path, client, "wrong", "203.0.113.90");

        Assert.All(guesses.Take(FreeSecrets), static status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, guesses[^1]);
        Assert.Equal((HttpStatusCode.TooManyRequests, "temporarily_unavailable", "ERRORS.TOO_MANY_WRONG_SECRETS"), (unknown, Text(body, "error"), Text(body, "reason")));
        Assert.InRange(wait!.Value.TotalSeconds, 1, 60);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests), (elsewhere.Status, known.Status, wrong.Status));
    }

    [Fact]
    [Trait("Attack", "36")]
    public async Task wrong_secrets_of_clients_nobody_knows_are_not_counted()
    {
        var nobody = Guid.NewGuid().ToString();
        for (var guess = 0; guess < 2 * FreeSecrets; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await Prove("/token", nobody, $"wrong-{guess}", "203.0.113.92")).Status);
        }
    }

    [Fact]
    [Trait("Attack", "26")]
    [Trait("Standard", "RFC 9126")]
    public async Task pushing_requests_of_a_public_client_without_end_stops_for_its_network_alone()
    {
        var statuses = new List<HttpStatusCode>();
        for (var round = 0; round < 200 && !statuses.Contains(HttpStatusCode.TooManyRequests); round++)
        {
            statuses.AddRange((await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Push("203.0.113.93")))).Select(static answer => answer.Status));
        }

        var (refused, body, wait) = await Push("203.0.113.93");
        var (other, _, _) = await Push("203.0.113.94");

        Assert.InRange(statuses.Count(static status => status == HttpStatusCode.Created), FreePushes, FreePushes + 500);
        Assert.Equal((HttpStatusCode.TooManyRequests, "temporarily_unavailable", "ERRORS.TOO_MANY_PUSHED_REQUESTS"), (refused, Text(body, "error"), Text(body, "reason")));
        Assert.InRange(wait!.Value.TotalSeconds, 1, 5);
        Assert.Equal(HttpStatusCode.Created, other);
    }

    private Task<(HttpStatusCode Status, string Body, TimeSpan? Wait)> Prove(string path, string client, string secret, string network) => Post(path, network, new()
    {
        ["grant_type"] = "client_credentials",
        ["token"] = "nothing",
        ["client_id"] = client,
        ["client_secret"] = secret,
    });

    private Task<(HttpStatusCode Status, string Body, TimeSpan? Wait)> Push(string network) => Post("/oauth/par", network, new()
    {
        ["client_id"] = Pushing,
        ["response_type"] = "code",
        ["redirect_uri"] = "https://app.shop.test/callback",
        ["scope"] = "profile",
        ["code_challenge"] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ["code_challenge_method"] = "S256",
    });

    private async Task<(HttpStatusCode Status, string Body, TimeSpan? Wait)> Post(string path, string network, Dictionary<string, string> form)
    {
        using var visitor = new Visitor((await worlds.Embedded).Server.Address);
        using var answer = await visitor.Send(HttpMethod.Post, path, "id.shop.test", new() { ["X-Forwarded-For"] = network, ["X-Forwarded-Proto"] = "https" }, new FormUrlEncodedContent(form));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.RetryAfter?.Delta);
    }

    private static string? Text(string body, string name) => JsonSerializer.Deserialize<JsonElement>(body).GetProperty(name).GetString();
}
