using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// Forward-auth against bare Kestrel: the same request bytes to both, rounds in turn on the same machine in the same run. Quoted
/// are medians of the rounds' ratios. Many short rounds: how three processes come to share two cores differs from round to round by more than
/// what is measured, and a median of five told one run's luck. Whoever is asked first changes from round to round.
/// </summary>
internal static class ForwardAuthRatios
{
    private const int Connections = 16;
    private const int Rounds = 15;
    private const int ColdQuestions = 6_000;
    private const int Sessions = 2000;
    private static readonly string[] _inTown = ["HS256", "ES256"];
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(20);

    /// <summary>Before the first row of a server: its compiler works for half a minute under load, and that row told of it.</summary>
    private static readonly TimeSpan _firstWarmUp = TimeSpan.FromSeconds(40);

    /// <summary>Measures all scenarios.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        var barePort = Ports.Free(1)[0];
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;
        await using var bare = await ChildProcess.Start("dotnet", [typeof(Load).Assembly.Location, "bare-kestrel", barePort.ToString(CultureInfo.InvariantCulture)], scratch, barePort);
        var single = new Dictionary<string, double>();
        await using (var server = await Town.Start(NewDirectory()))
        {
            await WarmUp(barePort, server, Town.Algorithms[0]);
            foreach (var algorithm in Town.Algorithms)
            {
                var cookie = await Town.LogIn(server, algorithm, "ada@example.com");
                var warm = await Compare(bare, barePort, server, [Question(algorithm, cookie)]);
                yield return Row($"forward-auth, {algorithm} tenant, one session, of bare Kestrel", warm, "≥ 0.85 ×, p99 ≤ 2 ×");

                var cookies = new ColdCookies(cookie);
                var cold = await Compare(bare, barePort, server, () => [.. cookies.Next(ColdQuestions).Select(one => Question(algorithm, one))], TimeSpan.Zero);
                yield return Row($"the same, cold: every question with a cookie not seen before ({algorithm})", cold, "");
            }

            foreach (var algorithm in _inTown)
            {
                var many = await Compare(bare, barePort, server, await LogInMany(server, algorithm));
                yield return Row($"forward-auth, {algorithm} tenant, 2,000 sessions in turn, of bare Kestrel", many, "≥ 0.85 ×, p99 ≤ 2 ×");
                single[algorithm] = many.Throughput;
            }
        }

        await using (var server = await Town.Start(NewDirectory(), otherTenants: 10_000, otherClients: 100_000))
        {
            await WarmUp(barePort, server, _inTown[0]);
            foreach (var algorithm in _inTown)
            {
                var town = await Compare(bare, barePort, server, await LogInMany(server, algorithm));
                yield return Row($"the same with 10,000 tenants and 100,000 clients loaded ({algorithm})", town, "");
                yield return new Table.Row($"10,000 tenants against one ({algorithm})", Text(town.Throughput / single[algorithm]) + " ×", "≥ 0.95 ×");
            }
        }
    }

    private static async Task WarmUp(int barePort, AuthenticationServer server, string algorithm)
    {
        string[] question = [Question(algorithm, await Town.LogIn(server, algorithm, "ada@example.com"))];
        await Load.Run(barePort, Connections, _firstWarmUp, question);
        await Load.Run(server.Address.Port, Connections, _firstWarmUp, question);
    }

    private static async Task<List<string>> LogInMany(AuthenticationServer server, string algorithm)
    {
        var questions = new List<string>();
        for (var number = 0; number < Sessions; number++)
        {
            questions.Add(Question(algorithm, await Town.LogIn(server, algorithm, $"person{number}@example.com")));
        }

        return questions;
    }

    private static string NewDirectory() => Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;

    private static Table.Row Row(string what, Comparison seen, string promise) => new(
        what,
        $"{Text(seen.Throughput)} × throughput, p99 {Text(seen.P99)} ×, {Text(seen.Microseconds)} µs server CPU a question (bare: {Text(seen.BareMicroseconds)} µs)" + (seen.Wrong > 0 ? $", {seen.Wrong} wrong" : ""),
        promise);

    private static string Text(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Question(string algorithm, string cookie) =>
        $"GET /auth/traefik HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: text/html\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: {Town.Host(algorithm)}\r\nX-Forwarded-Uri: /orders/17?view=full\r\nCookie: {cookie}\r\n\r\n";

    private static Task<Comparison> Compare(ChildProcess bare, int barePort, AuthenticationServer server, IReadOnlyList<string> questions) =>
        Compare(bare, barePort, server, () => questions, _round);

    /// <summary>Compares in rounds.</summary>
    /// <param name="bare">The yardstick.</param>
    /// <param name="barePort">Its port.</param>
    /// <param name="server">The server.</param>
    /// <param name="ask">The questions of a round.</param>
    /// <param name="time">How long a round takes; zero: until each of its questions has been asked once.</param>
    private static async Task<Comparison> Compare(ChildProcess bare, int barePort, AuthenticationServer server, Func<IReadOnlyList<string>> ask, TimeSpan time)
    {
        var questions = ask();
        var warmUp = time == TimeSpan.Zero ? time : _warmUp;
        await Load.Run(barePort, Connections, warmUp, questions);
        await Load.Run(server.Address.Port, Connections, warmUp, questions);
        var rounds = new List<Comparison>();
        for (var round = 0; round < Rounds; round++)
        {
            questions = ask();
            var isYardstickFirst = round % 2 == 0;
            var first = isYardstickFirst ? await Yardstick() : await Ours();
            var second = isYardstickFirst ? await Ours() : await Yardstick();
            var (yardstick, ours) = isYardstickFirst ? (first, second) : (second, first);
            rounds.Add(new Comparison(
                ours.Seen.PerSecond / yardstick.Seen.PerSecond, ours.Seen.P99 / yardstick.Seen.P99, ours.Microseconds, yardstick.Microseconds, ours.Seen.Wrong));
        }

        Task<(Load.Seen Seen, double Microseconds)> Yardstick() => Ask(barePort, () => bare.ProcessorTime, time, questions);
        Task<(Load.Seen Seen, double Microseconds)> Ours() => Ask(server.Address.Port, () => server.ProcessorTime, time, questions);

        return new Comparison(
            Median(rounds.Select(static round => round.Throughput)),
            Median(rounds.Select(static round => round.P99)),
            Median(rounds.Select(static round => round.Microseconds)),
            Median(rounds.Select(static round => round.BareMicroseconds)),
            rounds.Sum(static round => round.Wrong));
    }

    private static async Task<(Load.Seen Seen, double Microseconds)> Ask(int port, Func<TimeSpan> processorTime, TimeSpan time, IReadOnlyList<string> questions)
    {
        var before = processorTime();
        var seen = await Load.Run(port, Connections, time, questions);
        return (seen, (processorTime() - before).TotalMicroseconds / seen.Answers);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private sealed record Comparison(double Throughput, double P99, double Microseconds, double BareMicroseconds, long Wrong);
}
