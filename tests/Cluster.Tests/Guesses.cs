using System.Diagnostics;
using System.Globalization;
using System.Net;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Load;
using Uitsmijter.Actors.Cluster.Tests.Nemesis;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>
/// Who guesses passwords while silos die, stand still and lose sight of each other and Redis is away has no more guesses than in a quiet cluster: what is counted is counted in storage, before the script
/// looks at a password (decision 12).
/// </summary>
[Trait("Attack", "36")]
[Trait("Attack", "47")]
public sealed class Guesses
{
    private const int FreeOfAName = 10;
    private const int FreeOfANetwork = 100;
    private const int Names = 12;
    private const int Strangers = 6;
    private const string Network = "198.51.100.77";
    private const string SecondSpelling = "[::ffff:c633:644d]:4711";

    private static readonly TimeSpan _forgiveEvery = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task no_fault_gives_anybody_more_guesses_at_a_name_or_from_a_network()
    {
        await using var cluster = await TestCluster.Start();
        using var wire = new Wire(cluster.Addresses);
        var recorder = new Recorder();
        var nemesis = new Tormentor(cluster, recorder, new Random(Trial.Seed(36)));
        using var over = new CancellationTokenSource();
        var supervision = cluster.Supervise(over.Token);
        var (ofNames, ofNetwork, started) = (new int[Names], 0, Stopwatch.GetTimestamp());
        var guessing = Task.WhenAll(Enumerable.Range(0, Names).Select(GuessName).Concat(Enumerable.Range(0, Strangers).Select(GuessFromNetwork)));

        await nemesis.KillSilo();
        await nemesis.PauseRedis(TimeSpan.FromSeconds(3));
        await nemesis.IsolateSilo(TimeSpan.FromSeconds(8));
        await nemesis.KillRedis(TimeSpan.FromSeconds(2));
        await nemesis.PauseSilo(TimeSpan.FromSeconds(8));
        await nemesis.KillGateway();
        await over.CancelAsync();
        await guessing;
        await supervision;
        var forgiven = (int)(Stopwatch.GetElapsedTime(started) / _forgiveEvery);
        var waited = Waits(Stopwatch.GetElapsedTime(started));

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"looked at: {string.Join(' ', ofNames)} of each name, {ofNetwork} of the network in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s"));
        Assert.All(ofNames, looked => Assert.InRange(looked, 1, FreeOfAName + waited));

        // Fewer, because an attempt that was counted may have had no answer.
        Assert.InRange(ofNetwork, FreeOfANetwork / 2, FreeOfANetwork + forgiven + waited);

        // As fast as answers come, until the faults are over and the name is locked.
        async Task GuessName(int name)
        {
            var isLocked = false;
            for (var turn = 0; !over.IsCancellationRequested || !isLocked; turn++)
            {
                Assert.True(Stopwatch.GetElapsedTime(started) < _patience, $"name {name} was never locked\n{Trial.Complaints(cluster)}");
                var answer = await Guess(name + turn, turn % 2 == 0 ? NameOf(name) : NameOf(name).ToUpperInvariant(), OtherNetwork((name * 100) + turn));
                ofNames[name] += answer == HttpStatusCode.Forbidden ? 1 : 0;
                isLocked = answer == HttpStatusCode.TooManyRequests;
                await Task.Delay(isLocked ? 200 : 40);
            }
        }

        // Until the network has to wait, too: a bound nobody comes near proves nothing.
        async Task GuessFromNetwork(int stranger)
        {
            var isLocked = false;
            for (var turn = 0; !over.IsCancellationRequested || !isLocked; turn++)
            {
                Assert.True(Stopwatch.GetElapsedTime(started) < _patience, $"the network was never locked\n{Trial.Complaints(cluster)}");
                var answer = await Guess(stranger + turn, $"{stranger}-{turn}@guessed.test", turn % 2 == 0 ? Network : SecondSpelling);
                _ = answer == HttpStatusCode.Forbidden ? Interlocked.Increment(ref ofNetwork) : 0;
                isLocked = answer == HttpStatusCode.TooManyRequests;
                await Task.Delay(isLocked ? 200 : 40);
            }
        }

        // One wrong password. 403 is the script's no; whatever else did not look at the password.
        async Task<HttpStatusCode> Guess(int turn, string name, string network)
        {
            var answer = await Person.Try(wire, wire.Choose(turn), Entities.Tenants[0], name, "wrong", network);
            return answer.Status == HttpStatusCode.Forbidden && !answer.Body.Contains("data-error=\"LOGIN.ERRORS.WRONG_CREDENTIALS\"", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : answer.Status;
        }
    }

    /// <summary>How often whoever waits as long as they are told may have tried again: half a minute, a minute, two minutes …</summary>
    private static int Waits(TimeSpan elapsed)
    {
        var (waits, wait) = (0, _firstWait);
        for (; elapsed >= wait; wait += wait)
        {
            elapsed -= wait;
            waits++;
        }

        return waits;
    }

    private static string NameOf(int name) => $"victim-{name}@guessed.test";

    private static string OtherNetwork(int number) => string.Create(CultureInfo.InvariantCulture, $"2001:db8:{number / 65536:x}:{number % 65536:x}::1");
}
