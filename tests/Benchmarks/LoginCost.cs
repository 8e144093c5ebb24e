using System.Globalization;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>
/// Processor time the server spends on a login with a trivial script. Every round measures three things in turn: bare Kestrel that answers the
/// request for the form, the form alone, and form and login together. The login is the difference; medians are quoted.
/// </summary>
internal static class LoginCost
{
    private const int Rounds = 7;
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(6);

    /// <summary>Measures.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        var barePort = Ports.Free(1)[0];
        var scratch = Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;
        await using var bare = await ChildProcess.Start("dotnet", [typeof(Load).Assembly.Location, "bare-kestrel", barePort.ToString(CultureInfo.InvariantCulture)], scratch, barePort);
        await using var server = await Town.Start(Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName);
        var (ours, yardstick) = (new Operations(server.ProcessIds), new Operations([bare.Id]));
        var bareAddress = new Uri($"http://127.0.0.1:{barePort}");

        await ours.Run(number => LogIn(server, number), Operations.WarmUp);
        await ours.Run(_ => Form(server.Address), _round);
        await yardstick.Run(_ => Form(bareAddress), _round);
        await ours.MeasureIdle();

        var rounds = new List<(double Bare, double Form, double Login, double PerSecond)>();
        var failed = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var nothing = await yardstick.Run(_ => Form(bareAddress), _round / 3);
            var form = await ours.Run(_ => Form(server.Address), _round / 2);
            var both = await ours.Run(number => LogIn(server, number), _round);
            rounds.Add((nothing.Microseconds, form.Microseconds, both.Microseconds - form.Microseconds, both.PerSecond));
            failed += form.Failed + both.Failed;
        }

        Console.Error.WriteLine(string.Join("; ", rounds.Select(static round => $"bare {Text(round.Bare)}, form {Text(round.Form)}, login {Text(round.Login)}")));
        var (login, kestrel) = (Operations.Median(rounds.Select(static round => round.Login)), Operations.Median(rounds.Select(static round => round.Bare)));
        yield return new Table.Row("bare Kestrel, the request for the form", Text(kestrel), "");
        yield return new Table.Row("login page", Text(Operations.Median(rounds.Select(static round => round.Form))), "");
        yield return new Table.Row(
            "login with a trivial script",
            $"{Text(login)}, {Operations.Median(rounds.Select(static round => round.Login / round.Bare)).ToString("0.0", CultureInfo.InvariantCulture)} × a bare request, "
                + $"{Operations.Median(rounds.Select(static round => round.PerSecond)).ToString("0", CultureInfo.InvariantCulture)} a second, {failed} failed",
            "≤ 400 µs server CPU");
        yield return new Table.Row("the server while nobody asks (left out above)", Text(ours.IdlePerSecond) + " a second", "");
    }

    private static string Text(double microseconds) => microseconds.ToString("0", CultureInfo.InvariantCulture) + " µs CPU";

    private static async Task<bool> Form(Uri server)
    {
        using var visitor = new Visitor(server);
        using var form = await visitor.Form(Town.Host("HS256"), $"https://{Town.Host("HS256")}/");
        await form.Content.ReadAsByteArrayAsync();
        return form.IsSuccessStatusCode;
    }

    private static async Task<bool> LogIn(AuthenticationServer server, long number)
    {
        await Town.LogIn(server, "HS256", $"person{number}@example.com");
        return true;
    }
}
