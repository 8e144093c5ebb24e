using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Benchmarks;

/// <summary>Processor time of one run of a trivial provider script with everything around it: pool, fresh engine, guards, limits, answer.</summary>
internal static class ScriptCost
{
    private const string Trivial =
        """
        class UserLoginProvider {
          constructor(credentials) { this.name = credentials.username; commit({ subject: this.name }); }
          get canLogin() { return true; }
          get userProfile() { return { email: this.name }; }
          get role() { return 'user'; }
        }
        """;

    private const int Rounds = 7;
    private const int Runs = 4000;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(15);

    /// <summary>Measures runs one after the other in this process.</summary>
    public static async IAsyncEnumerable<Table.Row> Measure()
    {
        using var pool = new ScriptPool(PoolLimits.For(Environment.ProcessorCount));
        var runner = new ScriptRunner(pool, new ScriptEngines(ScriptLimits.For(TimeSpan.FromSeconds(30))), TimeProvider.System);
        var entry = new TenantEntry { Tenant = new Tenant { Name = "acme", Hosts = ["acme.test"] }, Providers = [Trivial] };
        var scripts = new TenantScripts(entry, static _ => throw new InvalidOperationException("Nothing is fetched."), loopback: false);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < _warmUp;)
        {
            await Run(runner, scripts, 100);
        }

        var rounds = new List<double>();
        using var process = Process.GetCurrentProcess();
        for (var round = 0; round < Rounds; round++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            await Run(runner, scripts, Runs);
            process.Refresh();
            rounds.Add((process.TotalProcessorTime - before).TotalMicroseconds / Runs);
        }

        yield return new Table.Row("a run of a trivial script, fresh engine and pool included", Operations.Median(rounds).ToString("0", CultureInfo.InvariantCulture) + " µs CPU", "≤ 100 µs");
    }

    private static async Task Run(ScriptRunner runner, TenantScripts scripts, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var result = await runner.Run(
                new()
                {
                    Scripts = scripts,
                    ClassName = HostFunctionNames.LoginClass,
                    Arguments = [new("username", "ada@example.com"), new("password", "any"), new("grant_type", "interceptor")],
                    Secrets = ["any"],
                    Personal = ["ada@example.com"],
                    Log = NullLogger.Instance,
                },
                CancellationToken.None);
            if (result is not ScriptResult.Answered { Allowed: true })
            {
                throw new InvalidOperationException($"The script answered {result}.");
            }
        }
    }
}
