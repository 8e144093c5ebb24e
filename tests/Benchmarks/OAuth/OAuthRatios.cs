using System.Globalization;

namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>
/// The OAuth operations of ours and of two peers: the same generator, the same run, rounds in turn. The figure is processor time of the server per operation (all
/// its processes and Redis counted), its ratio to a peer's is the promise (design §5).
/// </summary>
internal static class OAuthRatios
{
    // The first is the one the promise names.
    private static readonly string[] _algorithms = ["ES256", "RS256"];

    // A look at whether everything works: its figures are those of processes that never became warm.
    private const string Quick = "quick";

    private const int Parallel = 32;
    private static readonly Plan _whole = new(3, TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(6));
    private static readonly Plan _quick = new(1, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2));

    /// <summary>Measures operations against every contestant.</summary>
    /// <param name="asked">Names of operations and algorithms, all of a kind of which none is named; <c>quick</c> for short rounds.</param>
    /// <exception cref="ArgumentException">A word is neither.</exception>
    public static async IAsyncEnumerable<Table.Row> Measure(string[] asked)
    {
        string[] words = [.. Enum.GetNames<Operation>(), .. _algorithms, Quick];
        if (asked.Except(words).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"{unknown} is no operation and no algorithm; there are {string.Join(", ", words)}.");
        }

        Operation[] operations = [.. Enum.GetValues<Operation>().Where(operation => asked.Contains(operation.ToString()))];
        string[] algorithms = [.. _algorithms.Where(asked.Contains)];
        foreach (var algorithm in algorithms is [] ? _algorithms : algorithms)
        {
            await foreach (var row in Measure(algorithm, operations is [] ? Enum.GetValues<Operation>() : operations, asked.Contains(Quick) ? _quick : _whole))
            {
                yield return row;
            }
        }
    }

    private static async IAsyncEnumerable<Table.Row> Measure(string algorithm, Operation[] operations, Plan plan)
    {
        await using var contestants = await Contestants.Start(algorithm);
        foreach (var one in contestants.All)
        {
            await Warm(one, operations, plan);
        }

        foreach (var operation in operations)
        {
            var costs = await Compare(contestants.All, operation, plan);
            foreach (var row in Rows(operation, algorithm, costs))
            {
                yield return row;
            }
        }
    }

    private static async Task Warm(Running one, Operation[] operations, Plan plan)
    {
        foreach (var operation in operations)
        {
            await OAuthLoad.Run(one, operation, Parallel, plan.WarmUp / operations.Length);
        }
    }

    private static async Task<Dictionary<string, Cost>> Compare(IReadOnlyList<Running> all, Operation operation, Plan plan)
    {
        var rounds = all.ToDictionary(static one => one.Server.Name, static _ => new List<Cost>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var one in all)
            {
                var (seen, spent) = await OAuthLoad.Run(one, operation, Parallel, plan.Round);
                rounds[one.Server.Name].Add(new Cost(spent.TotalMicroseconds / Math.Max(1, seen.Done), seen.PerSecond, seen.P99, seen.Failed));
            }
        }

        return rounds.ToDictionary(static pair => pair.Key, static pair => Median(pair.Value));
    }

    private static Cost Median(List<Cost> rounds)
    {
        var sorted = rounds.OrderBy(static round => round.Microseconds).ToArray();
        return sorted[sorted.Length / 2] with { Failed = rounds.Sum(static round => round.Failed) };
    }

    private static IEnumerable<Table.Row> Rows(Operation operation, string algorithm, Dictionary<string, Cost> costs)
    {
        foreach (var (name, cost) in costs)
        {
            var ratios = name switch
            {
                Contestants.Embedded => $"; {Ratio(cost, costs, Contestants.OidcProvider)} of oidc-provider",
                Contestants.OverRedis => $"; {Ratio(cost, costs, Contestants.OpenIddictTuned)} of OpenIddict tuned, {Ratio(cost, costs, Contestants.OpenIddictDefault)} of its default",
                _ => "",
            };
            // The promises are for ES256; a login has one of its own, in microseconds.
            var promise = algorithm != _algorithms[0] || operation == Operation.Login ? "" : name switch { Contestants.Embedded => "≤ 0.333 of oidc-provider", Contestants.OverRedis => "≤ 0.167 of OpenIddict tuned", _ => "" };
            yield return new Table.Row(
                $"{operation}, {algorithm}, {name}",
                $"{Text(cost.Microseconds, "0")} µs server CPU, {Text(cost.PerSecond, "0")} a second, p99 {Text(cost.P99 / 1000, "0.0")} ms, {cost.Failed} errors{ratios}",
                promise);
        }
    }

    private static string Ratio(Cost cost, Dictionary<string, Cost> costs, string peer) => costs.TryGetValue(peer, out var other) ? Text(cost.Microseconds / other.Microseconds, "0.000") + " ×" : "not measured";

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private sealed record Plan(int Rounds, TimeSpan WarmUp, TimeSpan Round);

    private sealed record Cost(double Microseconds, double PerSecond, double P99, long Failed);
}
