using System.Globalization;
using Uitsmijter.Actors.Benchmarks.OAuth;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Benchmarks.Scale;

/// <summary>What grows and what does not: with silos, with tenants, with sessions in Redis (docs/scale.md reckons on from these figures).</summary>
internal static class ScaleTable
{
    private const string Algorithm = "ES256";
    private static readonly int[] Silos = [1, 2, 3, 6];
    private static readonly int[] OtherTenants = [0, 100, 10_000];
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(6);

    /// <summary>Rounds of logins and codes in turn for each number of tenants: one alone told of a compiler that was still at work.</summary>
    private const int TenantRounds = 5;

    /// <summary>Measures.</summary>
    /// <param name="onlyTenants">True for what grows with tenants alone: some minutes instead of many.</param>
    public static async IAsyncEnumerable<Table.Row> Measure(bool onlyTenants)
    {
        foreach (var silos in onlyTenants ? [] : Silos)
        {
            await foreach (var row in OfSilos(silos))
            {
                yield return row;
            }
        }

        foreach (var tenants in OtherTenants)
        {
            await foreach (var row in OfTenants(tenants))
            {
                yield return row;
            }
        }

        if (onlyTenants)
        {
            yield break;
        }

        await foreach (var row in StoredSessions.Measure())
        {
            yield return row;
        }
    }

    /// <summary>Messages between processes, and processor time of all of them, for one request of each kind.</summary>
    private static async IAsyncEnumerable<Table.Row> OfSilos(int silos)
    {
        var counts = Directory.CreateTempSubdirectory("uitsmijter-counts-").FullName;
        await using var server = await Town.StartSilos(NewDirectory(), silos, counts);
        var operations = new Operations(server.ProcessIds);
        var (login, cycle) = (LogIn(server, "HS256"), await Party(server, Operation.Cycle));
        await operations.Run(login, _warmUp);
        await operations.Run(cycle, _warmUp);
        await operations.MeasureIdle();
        var idle = await Messages(counts, () => Task.Delay(_round));
        foreach (var (name, operation) in new[] { ("login", login), ("code with PKCE and its tokens", cycle), ("refresh", await Party(server, Operation.Refresh)) })
        {
            Operations.Cost cost = null!;
            var sent = await Messages(counts, async () => cost = await operations.Run(operation, _round)) - idle;
            yield return new Table.Row(
                $"{name}, {silos} silos",
                $"{Text(sent / (double)Math.Max(1, cost.Count), "0.0")} messages, {Text(cost.Microseconds, "0")} µs CPU of all processes and Redis, {Text(cost.PerSecond, "0")} a second, {cost.Failed} failed",
                "");
        }
    }

    private static async IAsyncEnumerable<Table.Row> OfTenants(int others)
    {
        await using var server = await Town.Start(NewDirectory(), others, others * 10);
        var operations = new Operations(server.ProcessIds);
        var login = LogIn(server, "HS256");
        var party = await Party(server, Operation.Cycle);
        await operations.Run(login, Operations.WarmUp);
        await operations.Run(party, _warmUp);
        await operations.MeasureIdle();
        var (logins, cycles) = (new List<double>(), new List<double>());
        for (var round = 0; round < TenantRounds; round++)
        {
            logins.Add((await operations.Run(login, _round)).Microseconds);
            cycles.Add((await operations.Run(party, _round)).Microseconds);
        }

        yield return new Table.Row(
            $"with {others + Town.Algorithms.Length} tenants and {(others * 10) + Town.Algorithms.Length} clients",
            $"login with its page {Spread(logins)}, code with PKCE and its tokens {Spread(cycles)}, {Text(server.ResidentBytes / 1024d / 1024, "0")} MB resident",
            "flat");
    }

    private static string Spread(List<double> rounds) => $"{Text(Operations.Median(rounds), "0")} µs CPU ({Text(rounds.Min(), "0")} to {Text(rounds.Max(), "0")})";

    private static Func<long, Task<bool>> LogIn(AuthenticationServer server, string algorithm) => async number =>
    {
        await Town.LogIn(server, algorithm, $"person{number}@example.com");
        return true;
    };

    /// <summary>As many clients as work at once, each with what it works on.</summary>
    private static async Task<Func<long, Task<bool>>> Party(AuthenticationServer server, Operation operation)
    {
        var contestant = new Contestant
        {
            Name = "ours",
            Port = server.Address.Port,
            ClientId = Town.Client(Algorithm),
            Host = Town.Host(Algorithm),
            Cookie = await Town.LogIn(server, Algorithm, "ada@example.com"),
        };
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var parties = new System.Collections.Concurrent.ConcurrentQueue<RelyingParty>();
        for (var party = 0; party < 16; party++)
        {
            var one = new RelyingParty(contestant, http);
            await one.Prepare(operation);
            parties.Enqueue(one);
        }

        return async _ =>
        {
            if (!parties.TryDequeue(out var party))
            {
                return false;
            }

            await party.Perform(operation);
            parties.Enqueue(party);
            return true;
        };
    }

    /// <summary>How many messages left all processes while something was done.</summary>
    private static async Task<long> Messages(string counts, Func<Task> work)
    {
        var before = await Sum(counts);
        await work();
        return await Sum(counts) - before;
    }

    private static async Task<long> Sum(string counts)
    {
        // A file is at most a tenth of a second old.
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        return Directory.GetFiles(counts).Where(static file => !file.EndsWith(".new", StringComparison.Ordinal)).Sum(static file => long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));
    }

    private static string NewDirectory() => Directory.CreateTempSubdirectory("uitsmijter-bench-").FullName;

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
