using System.Globalization;
using System.Reflection;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// What an active session costs the embedded default, by real logins: managed bytes that are alive after a full collection (grain, its stored
/// form, its appointment and the counters of its login), and growth of the resident memory, which the collector's head room is part of.
/// </summary>
internal static class SessionMemory
{
    private const int Warm = 3000;
    private const int Sessions = 8000;
    private const string Collected = "live managed bytes: ";

    /// <summary>The server's side: the program itself, and a thread that collects and counts whenever a file asks for it.</summary>
    /// <param name="request">Path of that file; deleted when the figure is printed.</param>
    public static void Serve(string request)
    {
        new Thread(() =>
        {
            for (; ; Thread.Sleep(50))
            {
                if (File.Exists(request))
                {
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
                    GC.WaitForPendingFinalizers();
                    Console.WriteLine(Collected + GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture));
                    File.Delete(request);
                }
            }
        })
        { IsBackground = true }.Start();
        Assembly.Load("uitsmijter").EntryPoint!.Invoke(null, [Array.Empty<string>()]);
    }

    /// <summary>Measures before and after many logins.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        var directory = Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;
        var request = Path.Combine(directory, "collect");
        await using var server = await Town.Start(directory, measuring: request);
        await LogIn(server, 0, Warm);
        var live = await Live(server, request);
        var resident = server.ResidentBytes;

        await LogIn(server, Warm, Sessions);

        var grown = (server.ResidentBytes - resident) / (double)Sessions;
        var bytes = (await Live(server, request) - live) / (double)Sessions;
        yield return new Table.Row("an active session, live managed bytes with its stored form and its login's counters", Text(bytes), "≤ 4 KB active + ≤ 2 KB stored");
        yield return new Table.Row("the same as growth of resident memory, before the collection", Text(grown), "");
        yield return new Table.Row("resident memory with that many sessions, after the collection", (server.ResidentBytes / 1024 / 1024).ToString(CultureInfo.InvariantCulture) + " MB", "");
    }

    private static string Text(double bytes) => (bytes / 1024).ToString("0.0", CultureInfo.InvariantCulture) + " KB";

    private static async Task<long> Live(AuthenticationServer server, string request)
    {
        await File.WriteAllTextAsync(request, "");
        while (File.Exists(request))
        {
            await Task.Delay(50);
        }

        var output = server.Output;
        for (; !output.Contains(Collected, StringComparison.Ordinal); output = server.Output)
        {
            await Task.Delay(50);
        }

        return long.Parse(output[(output.LastIndexOf(Collected, StringComparison.Ordinal) + Collected.Length)..].Split('\n')[0], CultureInfo.InvariantCulture);
    }

    private static Task LogIn(AuthenticationServer server, int first, int count) => Parallel.ForEachAsync(
        Enumerable.Range(first, count),
        new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (number, _) => await Town.LogIn(server, "HS256", $"person{number}@example.com"));
}
