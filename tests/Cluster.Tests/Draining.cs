using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Processes;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A process that is asked to end (SIGTERM) ends without anybody noticing, when its proxy asks its readiness probe.</summary>
public sealed class Draining
{
    [Fact]
    public async Task a_gateway_that_is_asked_to_end_fails_no_request_and_a_rolling_restart_loses_no_session()
    {
        await using var trial = await Trial.Start(Trial.Seed(5));
        await Task.Delay(TimeSpan.FromSeconds(5));
        await trial.Tormentor.TerminateGateway();
        await Task.Delay(TimeSpan.FromSeconds(5));

        var (history, violations) = await trial.Run("draining", 5, [trial.Tormentor.RollingRestart], TimeSpan.FromSeconds(5));

        var failed = history.Operations.Where(static operation => operation.Outcome is Outcome.Unavailable or Outcome.Unknown).ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.True(failed.Count == 0, $"{failed.Count} of {history.Operations.Count} requests failed:\n{history.Excerpt(failed)}");
    }
}
