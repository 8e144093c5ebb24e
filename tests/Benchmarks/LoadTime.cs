using System.Diagnostics;
using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// How long a server takes with 10,000 tenants and 100,000 clients, beyond what it takes with three, and how soon one edit is seen: a tenant's
/// file is written and its host asked until it answers by the new configuration.
/// </summary>
internal static class LoadTime
{
    private const int Edits = 9;

    /// <summary>Measures; wall time and, because other work may share the machine, processor time.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        var few = await Start(0, 0);
        yield return new Table.Row("ready with 3 tenants", Text(few), "");
        var tenants = await Start(10_000, 0);
        yield return new Table.Row("ready with 10,000 tenants, beyond that", Text((tenants.Wall - few.Wall, tenants.Used - few.Used)), "≤ 5 s");

        var directory = Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;
        await using var server = await Town.Start(directory, 10_000, 100_000);
        var times = new List<double>();
        for (var edit = 0; edit < Edits; edit++)
        {
            times.Add(await Edit(server, directory, edit));
        }

        yield return new Table.Row(
            "one edited file among 10,000 tenants and 100,000 clients, until the gateway answers by it",
            $"{Operations.Median(times).ToString("0.00", CultureInfo.InvariantCulture)} s, slowest of {Edits} {times.Max().ToString("0.00", CultureInfo.InvariantCulture)} s",
            "≤ 1 s");
    }

    private static string Text((TimeSpan Wall, TimeSpan Used) time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.Wall.TotalSeconds:0.0} s, {time.Used.TotalSeconds:0.0} s CPU");

    private static async Task<(TimeSpan Wall, TimeSpan Used)> Start(int tenants, int clients)
    {
        var directory = Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;
        Town.Write(directory, tenants, clients);
        var start = Stopwatch.GetTimestamp();
        await using var server = await Town.Serve(directory);
        return (Stopwatch.GetElapsedTime(start), server.ProcessorTime);
    }

    private static async Task<double> Edit(AuthenticationServer server, string directory, int number)
    {
        var host = $"edited{number}.bench.test";
        using var visitor = new Visitor(server.Address);
        Town.WriteTenant(directory, "edited", host);
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            using var form = await visitor.Form(host, $"https://{host}/");
            if (form.IsSuccessStatusCode)
            {
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            }

            await Task.Delay(5);
        }
    }
}
