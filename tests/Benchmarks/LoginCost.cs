using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>Processor time the server spends on a login with a trivial script, form page not counted.</summary>
internal static class LoginCost
{
    private const int Logins = 3000;

    /// <summary>Measures form pages alone, then form pages with logins; the difference is the login.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        await using var server = await Town.Start(Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName);
        await Forms(server, Logins);
        await LogIns(server, "warm", Logins);

        var form = await Cost(server, () => Forms(server, Logins));
        var both = await Cost(server, () => LogIns(server, "measured", Logins));

        yield return new Table.Row("login page", Text(form), "");
        yield return new Table.Row("login with a trivial script", Text(both - form), "≤ 400 µs server CPU");
    }

    private static string Text(double microseconds) => microseconds.ToString("0", CultureInfo.InvariantCulture) + " µs server CPU";

    private static async Task<double> Cost(AuthenticationServer server, Func<Task> work)
    {
        var before = server.ProcessorTime;
        await work();
        return (server.ProcessorTime - before).TotalMicroseconds / Logins;
    }

    // Eight at a time: a server that is asked once in a while spends its time falling asleep and waking up.
    private static Task Forms(AuthenticationServer server, int count) => InParallel(count, async _ =>
    {
        using var visitor = new Visitor(server.Address);
        using var form = await visitor.Form(Town.Host("HS256"), $"https://{Town.Host("HS256")}/");
    });

    private static Task LogIns(AuthenticationServer server, string prefix, int count) =>
        InParallel(count, async number => await Town.LogIn(server, "HS256", $"{prefix}{number}@example.com"));

    private static Task InParallel(int count, Func<int, Task> work) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) => await work(number));
}
