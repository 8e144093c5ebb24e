using System.Globalization;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>Growth of the resident memory of the embedded default (which also keeps the stored form in memory) by a session.</summary>
internal static class SessionMemory
{
    private const int Warm = 2000;
    private const int Sessions = 8000;

    /// <summary>Measures resident memory before and after many logins.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        await using var server = await Town.Start(Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName);
        await LogIn(server, 0, Warm);
        var before = server.ResidentBytes;

        await LogIn(server, Warm, Sessions);

        var bytes = (server.ResidentBytes - before) / (double)Sessions;
        yield return new Table.Row("resident memory of an active session, stored form included", (bytes / 1024).ToString("0.0", CultureInfo.InvariantCulture) + " KB", "≤ 4 KB active, ≤ 2 KB stored");
    }

    private static async Task LogIn(TestKit.Processes.AuthenticationServer server, int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            await Town.LogIn(server, "HS256", $"person{number}@example.com");
        }
    }
}
