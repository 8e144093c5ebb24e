using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>A gateway that is asked to end (SIGTERM) ends without anybody noticing, when its proxy asks its readiness probe.</summary>
public sealed class Draining
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task a_gateway_that_is_asked_to_end_fails_no_request()
    {
        var seed = Trial.Seed(5);
        await using var trial = await Trial.Start(seed);

        var (history, violations) = await trial.Run("draining", seed, [trial.Tormentor.TerminateGateway], _settle);

        var failed = history.Operations.Where(static operation => operation.Outcome is Outcome.Unavailable or Outcome.Unknown).ToList();
        Assert.True(violations.Count == 0, string.Join('\n', violations));
        Assert.True(failed.Count == 0, $"{failed.Count} of {history.Operations.Count} requests failed:\n{history.Excerpt(failed)}");
    }
}
