using System.Diagnostics;
using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// From the start of the process to the first login page with status 200, embedded default, configuration included. A busy machine stretches
/// wall time, so processor time is told beside it, and the start of bare Kestrel to its first answer in turn.
/// </summary>
internal static class StartTime
{
    private const int Starts = 5;

    /// <summary>Measures a few starts and quotes the medians.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        var ours = new List<(double Wall, double Used)>();
        var bare = new List<(double Wall, double Used)>();
        for (var start = 0; start < Starts; start++)
        {
            var watch = Stopwatch.StartNew();
            var port = Ports.Free(1)[0];
            var scratch = Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;
            await using (var kestrel = await ChildProcess.Start("dotnet", [typeof(Load).Assembly.Location, "bare-kestrel", port.ToString(CultureInfo.InvariantCulture)], scratch, port))
            {
                await Answer(new Uri($"http://127.0.0.1:{port}"));
                bare.Add((watch.Elapsed.TotalSeconds, kestrel.ProcessorTime.TotalSeconds));
            }

            watch.Restart();
            await using var server = await Town.Start(Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName);
            await Answer(server.Address);
            ours.Add((watch.Elapsed.TotalSeconds, server.ProcessorTime.TotalSeconds));
        }

        yield return new Table.Row("start of bare Kestrel to the first 200", Text(bare), "");
        yield return new Table.Row("start of the embedded default to the first 200", Text(ours), "≤ 3 s");
    }

    private static async Task Answer(Uri server)
    {
        using var visitor = new Visitor(server);
        using var page = await visitor.Form(Town.Host("HS256"), $"https://{Town.Host("HS256")}/");
        page.EnsureSuccessStatusCode();
    }

    private static string Text(List<(double Wall, double Used)> starts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Operations.Median(starts.Select(static start => start.Wall)):0.0} s, {Operations.Median(starts.Select(static start => start.Used)):0.0} s CPU");
}
