using Microsoft.Extensions.Time.Testing;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>A clock in the test's hand that can be set back as an administrator does: the time of day changes, elapsed time does not.</summary>
internal sealed class WallClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    public TimeSpan SetBack { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - SetBack;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
