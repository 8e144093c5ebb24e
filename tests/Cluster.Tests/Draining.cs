using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>Processes that are asked to end (SIGTERM), one after the other, end without anybody noticing, when the proxy asks the readiness probe (design §5).</summary>
public sealed class Draining
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(5);

    // The operator of the crowd breaks a file every few seconds, and a machine that is busy lets a ping of a joining silo wait: that silos say so is right.
    private static readonly string[] _truths = ["Uitsmijter.Actors.Silo.Catalog.FileSource", "Orleans.Runtime.MembershipService.MembershipAgent"];

    [Fact]
    public async Task a_rolling_restart_fails_no_request_and_is_no_error_to_anybody()
    {
        var seed = Trial.Seed(5);
        await using var trial = await Trial.Start(seed);

        var (history, violations) = await trial.Run("draining", seed, [trial.Tormentor.RollingRestart], _settle);

        var failed = history.Operations.Where(static operation => !operation.IsDirect && operation.Outcome is (Outcome.Unavailable or Outcome.Unknown)).ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.True(failed.Count == 0, $"{trial.Complaints()}\n{failed.Count} of {history.Operations.Count} requests failed:\n{history.Excerpt(failed)}");
        var errors = trial.Cluster.Silos.Concat(trial.Cluster.Gateways).SelectMany(Errors).ToList();
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    private static IEnumerable<string> Errors(Member member) => Trial.Records(member)
        .Where(static record => record.GetProperty("level").GetString() is "ERROR" or "CRITICAL" && !_truths.Contains(record.GetProperty("source").GetString()))
        .Select(record => $"{member.Name}: {record}");
}
