namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>The time that has passed since the silo began, whatever the wall clock is set to meanwhile. For what measures how much of it has passed by the difference of two times.</summary>
/// <param name="world">The clock it begins with, and whose timestamps it counts.</param>
internal sealed class SteadyClock(TimeProvider world) : TimeProvider
{
    private readonly DateTimeOffset _began = world.GetUtcNow();
    private readonly long _beganAt = world.GetTimestamp();

    /// <inheritdoc />
    public override long TimestampFrequency => world.TimestampFrequency;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => _began + world.GetElapsedTime(_beganAt);

    /// <inheritdoc />
    public override long GetTimestamp() => world.GetTimestamp();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => world.CreateTimer(callback, state, dueTime, period);
}
