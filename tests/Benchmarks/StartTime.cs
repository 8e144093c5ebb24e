using System.Diagnostics;
using System.Globalization;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>From the start of the process to the first login page with status 200, embedded default, configuration included.</summary>
internal static class StartTime
{
    /// <summary>Measures a few starts and quotes the median.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        var times = new List<double>();
        for (var start = 0; start < 5; start++)
        {
            var watch = Stopwatch.StartNew();
            await using var server = await Town.Start(Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName);
            using var visitor = new TestKit.Processes.Visitor(server.Address);
            using var page = await visitor.Form(Town.Host("HS256"), $"https://{Town.Host("HS256")}/");
            page.EnsureSuccessStatusCode();
            times.Add(watch.Elapsed.TotalSeconds);
        }

        times.Sort();
        yield return new Table.Row("start of the embedded default to the first 200", times[2].ToString("0.0", CultureInfo.InvariantCulture) + " s", "≤ 3 s");
    }
}
