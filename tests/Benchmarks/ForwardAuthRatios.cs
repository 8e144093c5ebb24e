using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// Forward-auth against bare Kestrel: the same request bytes to both, rounds in turn on the same machine in the same run. Quoted
/// are medians of the rounds' ratios.
/// </summary>
internal static class ForwardAuthRatios
{
    private const int Connections = 16;
    private const int Rounds = 5;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(4);

    /// <summary>Measures all scenarios.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        var barePort = Ports.Free(1)[0];
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;
        await using var bare = await ChildProcess.Start("dotnet", [typeof(Load).Assembly.Location, "bare-kestrel", barePort.ToString(CultureInfo.InvariantCulture)], scratch, barePort);
        double single;
        await using (var server = await Town.Start(NewDirectory()))
        {
            foreach (var algorithm in Town.Algorithms)
            {
                var cookie = await Town.LogIn(server, algorithm, "ada@example.com");
                var warm = await Compare(bare, barePort, server, [Question(algorithm, cookie)]);
                yield return Row($"forward-auth, {algorithm} tenant, one session, of bare Kestrel", warm, "≥ 0.85 ×, p99 ≤ 2 ×");
            }

            var cookies = new List<string>();
            for (var number = 0; number < 2000; number++)
            {
                cookies.Add(Question("HS256", await Town.LogIn(server, "HS256", $"person{number}@example.com")));
            }

            var many = await Compare(bare, barePort, server, cookies);
            yield return Row("forward-auth, 2,000 sessions in turn, of bare Kestrel", many, "≥ 0.85 ×, p99 ≤ 2 ×");
            single = many.Throughput;
        }

        await using (var server = await Town.Start(NewDirectory(), otherTenants: 10_000, otherClients: 100_000))
        {
            var cookies = new List<string>();
            for (var number = 0; number < 2000; number++)
            {
                cookies.Add(Question("HS256", await Town.LogIn(server, "HS256", $"person{number}@example.com")));
            }

            var town = await Compare(bare, barePort, server, cookies);
            yield return Row("the same with 10,000 tenants and 100,000 clients loaded", town, "");
            yield return new Table.Row("10,000 tenants against one", Text(town.Throughput / single) + " ×", "≥ 0.95 ×");
        }
    }

    private static string NewDirectory() => Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;

    private static Table.Row Row(string what, Comparison seen, string promise) => new(
        what,
        $"{Text(seen.Throughput)} × throughput, p99 {Text(seen.P99)} ×, {Text(seen.Microseconds)} µs server CPU a question (bare: {Text(seen.BareMicroseconds)} µs)" + (seen.Wrong > 0 ? $", {seen.Wrong} wrong" : ""),
        promise);

    private static string Text(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Question(string algorithm, string cookie) =>
        $"GET /auth/traefik HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: text/html\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Method: GET\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: {Town.Host(algorithm)}\r\nX-Forwarded-Uri: /orders/17?view=full\r\nCookie: {cookie}\r\n\r\n";

    private static async Task<Comparison> Compare(ChildProcess bare, int barePort, AuthenticationServer server, IReadOnlyList<string> questions)
    {
        await Load.Run(barePort, Connections, Round, questions);
        await Load.Run(server.Address.Port, Connections, Round, questions);
        var rounds = new List<Comparison>();
        for (var round = 0; round < Rounds; round++)
        {
            var bareBefore = bare.ProcessorTime;
            var yardstick = await Load.Run(barePort, Connections, Round, questions);
            var bareTime = bare.ProcessorTime - bareBefore;
            var before = server.ProcessorTime;
            var ours = await Load.Run(server.Address.Port, Connections, Round, questions);
            var time = server.ProcessorTime - before;
            rounds.Add(new Comparison(
                ours.PerSecond / yardstick.PerSecond,
                ours.P99 / yardstick.P99,
                time.TotalMicroseconds / (ours.PerSecond * Round.TotalSeconds),
                bareTime.TotalMicroseconds / (yardstick.PerSecond * Round.TotalSeconds),
                ours.Wrong));
        }

        return new Comparison(
            Median(rounds.Select(static round => round.Throughput)),
            Median(rounds.Select(static round => round.P99)),
            Median(rounds.Select(static round => round.Microseconds)),
            Median(rounds.Select(static round => round.BareMicroseconds)),
            rounds.Sum(static round => round.Wrong));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private sealed record Comparison(double Throughput, double P99, double Microseconds, double BareMicroseconds, long Wrong);
}
