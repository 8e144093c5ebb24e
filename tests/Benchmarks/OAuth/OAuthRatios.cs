using System.Globalization;

namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>
/// The OAuth operations of ours and of two peers: the same generator, the same run, rounds in turn. The figure is processor time of the server per operation (all
/// its processes and Redis counted), its ratio to a peer's is the promise (design §5).
/// </summary>
internal static class OAuthRatios
{
    // The algorithm the promise names; a signature costs every contestant the same.
    private const string Algorithm = "ES256";
    private const int Parallel = 32;
    private const int Rounds = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(6);

    /// <summary>Measures operations against every contestant.</summary>
    /// <param name="asked">Which; empty means all.</param>
    public static async IAsyncEnumerable<Table.Row> Measure(Operation[] asked)
    {
        var operations = asked is [] ? Enum.GetValues<Operation>() : asked;
        await using var contestants = await Contestants.Start(Algorithm);
        foreach (var one in contestants.All)
        {
            await Warm(one, operations);
        }

        foreach (var operation in operations)
        {
            var costs = await Compare(contestants.All, operation);
            foreach (var row in Rows(operation, costs))
            {
                yield return row;
            }
        }
    }

    private static async Task Warm(Running one, Operation[] operations)
    {
        foreach (var operation in operations)
        {
            await OAuthLoad.Run(one, operation, Parallel, WarmUp / operations.Length);
        }
    }

    private static async Task<Dictionary<string, Cost>> Compare(IReadOnlyList<Running> all, Operation operation)
    {
        var rounds = all.ToDictionary(static one => one.Server.Name, static _ => new List<Cost>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var one in all)
            {
                var (seen, spent) = await OAuthLoad.Run(one, operation, Parallel, Round);
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

    private static IEnumerable<Table.Row> Rows(Operation operation, Dictionary<string, Cost> costs)
    {
        foreach (var (name, cost) in costs)
        {
            var ratios = name switch
            {
                Contestants.Embedded => $"; {Ratio(cost, costs, Contestants.OidcProvider)} of oidc-provider",
                Contestants.OverRedis => $"; {Ratio(cost, costs, Contestants.OpenIddictTuned)} of OpenIddict tuned, {Ratio(cost, costs, Contestants.OpenIddictDefault)} of its default",
                _ => "",
            };
            var promise = name switch { Contestants.Embedded => "≤ 0.33 of oidc-provider", Contestants.OverRedis => "≤ 0.17 of OpenIddict tuned", _ => "" };
            yield return new Table.Row(
                $"{operation}, {Algorithm}, {name}",
                $"{Text(cost.Microseconds, "0")} µs server CPU, {Text(cost.PerSecond, "0")} a second, p99 {Text(cost.P99 / 1000, "0.0")} ms, {cost.Failed} errors{ratios}",
                promise);
        }
    }

    private static string Ratio(Cost cost, Dictionary<string, Cost> costs, string peer) => costs.TryGetValue(peer, out var other) ? Text(cost.Microseconds / other.Microseconds, "0.00") + " ×" : "not measured";

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private sealed record Cost(double Microseconds, double PerSecond, double P99, long Failed);
}
