using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>Processor time the server spends on a login with a trivial script, form page not counted.</summary>
internal static class LoginCost
{
    private const int Warm = 6000;
    private const int Rounds = 5;
    private const int Logins = 1000;

    /// <summary>Measures form pages alone, then form pages with logins, in turn; the difference is the login, its median is quoted.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        await using var server = await Town.Start(Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName);
        await Forms(server, Warm);
        await LogIns(server, "warm", Warm);

        var (forms, logins) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var form = await Cost(server, () => Forms(server, Logins));
            var both = await Cost(server, () => LogIns(server, $"round{round}-", Logins));
            forms.Add(form);
            logins.Add(both - form);
        }

        forms.Sort();
        logins.Sort();
        Console.Error.WriteLine($"forms {string.Join(' ', forms.Select(Text))}; logins {string.Join(' ', logins.Select(Text))}");

        yield return new Table.Row("login page", Text(forms[Rounds / 2]), "");
        yield return new Table.Row("login with a trivial script", Text(logins[Rounds / 2]), "≤ 400 µs server CPU");
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
