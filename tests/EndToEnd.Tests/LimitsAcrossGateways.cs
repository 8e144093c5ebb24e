using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Two silos, two gateways: who guesses passwords has one count, whichever gateway they ask and however they write name and address.</summary>
[Trait("Attack", "36")]
public sealed partial class LimitsAcrossGateways(TwoOfEach cluster) : IClassFixture<TwoOfEach>
{
    private const string LoginHost = "login.example.test";

    /// <summary>Free attempts of a name before it has to wait (decision 12).</summary>
    private const int FreeOfAName = 10;

    /// <summary>Free failures of a network.</summary>
    private const int FreeOfANetwork = 100;

    private const int Patience = 10;

    /// <summary>One failure of a network is forgotten per this time.</summary>
    private static readonly TimeSpan _forgiveEvery = TimeSpan.FromSeconds(9);

    [Fact]
    public async Task a_name_in_any_spelling_at_any_gateway_from_any_network_has_ten_attempts()
    {
        var name = $"{Guid.NewGuid():N}é@example.com";
        string[] spellings =
        [
            name, name.ToUpperInvariant(), name.Replace("é", "e\u0301", StringComparison.Ordinal), name.Replace("é", "E", StringComparison.Ordinal), $"  {name} ",
            name.Insert(3, "\u200b"), name.Insert(5, "\u00ad"), $"\ufeff{name}", string.Concat(name.Select(static letter => letter is >= '!' and <= '~' ? (char)(letter + 0xFEE0) : letter)),
            name.Insert(7, "\u2060"),
        ];

        var answers = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < FreeOfAName; attempt++)
        {
            answers.Add(await Guess(attempt, spellings[attempt], $"203.0.113.{attempt + 1}"));
        }

        var (here, there) = (await Guess(0, name, "198.51.100.1"), await Guess(1, spellings[1], "198.51.100.2"));

        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.Forbidden, answer));
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (here, there));
    }

    [Fact]
    public async Task attempts_in_parallel_at_both_gateways_are_ten_too()
    {
        var name = $"{Guid.NewGuid():N}@example.com";

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(attempt => Guess(attempt, attempt % 3 == 0 ? name.ToUpperInvariant() : name, $"192.0.2.{attempt + 1}")));

        // Storage that two activations fight over refuses an attempt rather than not to count it: fewer may get through, never more.
        Assert.InRange(answers.Count(static answer => answer == HttpStatusCode.Forbidden), 1, FreeOfAName);
        Assert.DoesNotContain(HttpStatusCode.SeeOther, answers);
    }

    [Theory]
    [InlineData("198.51.100.77", "::ffff:198.51.100.77", "[::ffff:c633:644d]:4711", "198.51.100.77:80")]
    [InlineData("2001:db8:77:1::1", "2001:0DB8:0077:0001:0:0:0:1", "[2001:db8:77:1:ffff:ffff:ffff:ffff]:443", "2001:db8:77:1:8000::")]
    public async Task a_network_in_any_notation_at_any_gateway_has_a_hundred_failures(params string[] notations)
    {
        var started = Stopwatch.GetTimestamp();
        var answers = new List<HttpStatusCode>(await GuessAtOnce(FreeOfANetwork + 20, notations));
        for (var again = 0; again < Patience && Judged(answers) < FreeOfANetwork; again++)
        {
            // A silo has places for 64 runs of one tenant's scripts. Who finds none is told to come again: that was no guess, and is not counted as one.
            answers.AddRange(await GuessAtOnce(FreeOfANetwork - Judged(answers), notations));
        }

        var after = await GuessAtOnce(notations.Length, notations);
        var forgiven = (int)(Stopwatch.GetElapsedTime(started) / _forgiveEvery);

        Assert.InRange(Judged(answers), FreeOfANetwork, FreeOfANetwork + forgiven);
        Assert.InRange(Judged(after), 0, forgiven);
        Assert.True(after.Count(static answer => answer == HttpStatusCode.TooManyRequests) >= notations.Length - forgiven, string.Join(", ", answers.Concat(after).CountBy(static answer => answer)));
    }

    [Fact]
    [Trait("Contract", "http W45")]
    public async Task wrong_secrets_of_a_client_have_one_count_whichever_gateway_is_asked()
    {
        var guesses = new List<HttpStatusCode>();
        for (var guess = 0; guess < 60 && !guesses.Contains(HttpStatusCode.TooManyRequests); guess++)
        {
            guesses.Add(await GuessSecret(0));
        }

        // The other gateway has seen nothing wrong: it looks at one secret, counts it, and knows.
        var (first, second) = (await GuessSecret(1), await GuessSecret(1));

        Assert.Equal(HttpStatusCode.TooManyRequests, guesses[^1]);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests), (first, second));
    }

    private async Task<HttpStatusCode> GuessSecret(int gateway)
    {
        using var visitor = new Visitor(cluster.World.Server.Gateways[gateway]);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = OAuth.ClientLimits.Guessed, ["client_secret"] = $"{Guid.NewGuid()}" };
        using var answer = await visitor.Send(
            HttpMethod.Post, "/token", "id.shop.test", new() { ["X-Forwarded-For"] = "203.0.113.95", ["X-Forwarded-Proto"] = "https" }, new FormUrlEncodedContent(form));
        return answer.StatusCode;
    }

    private static int Judged(IEnumerable<HttpStatusCode> answers) => answers.Count(static answer => answer == HttpStatusCode.Forbidden);

    /// <summary>Strangers with a name each, in every notation of one network in turn, at both gateways in parallel.</summary>
    private Task<HttpStatusCode[]> GuessAtOnce(int count, string[] notations) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(attempt => Guess(attempt, $"{Guid.NewGuid():N}@example.com", notations[attempt % notations.Length])));

    /// <summary>One wrong password, at one of the two gateways in turn.</summary>
    private async Task<HttpStatusCode> Guess(int turn, string name, string address)
    {
        var gateways = cluster.World.Server.Gateways;
        using var visitor = new Visitor(gateways[turn % gateways.Count]);
        var headers = new Dictionary<string, string?> { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = LoginHost, ["X-Forwarded-For"] = address, ["Accept"] = "text/html" };
        using var form = await visitor.Send(HttpMethod.Get, "/login?mode=interceptor&for=" + Uri.EscapeDataString("https://cookbooks.example.test/"), LoginHost, headers);
        var fields = Hidden().Matches(await form.Content.ReadAsStringAsync()).ToDictionary(static field => field.Groups[1].Value, static field => WebUtility.HtmlDecode(field.Groups[2].Value));
        (fields["username"], fields["password"]) = (name, "wrong");
        using var answer = await visitor.Send(HttpMethod.Post, "/login", LoginHost, headers, new FormUrlEncodedContent(fields));
        if (answer.StatusCode == HttpStatusCode.Forbidden)
        {
            // The script said no; a form that is not accepted has the same status and is no guess.
            Assert.Contains("data-error=\"LOGIN.ERRORS.WRONG_CREDENTIALS\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        return answer.StatusCode;
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")]
    private static partial Regex Hidden();
}
