namespace Uitsmijter.Actors.Cluster.Tests.Histories;

/// <summary>What was done to the cluster.</summary>
internal enum FaultKind
{
    /// <summary>A process ended without a word (SIGKILL).</summary>
    Kill,

    /// <summary>A process was asked to end (SIGTERM).</summary>
    Terminate,

    /// <summary>A process stood still and went on (SIGSTOP, SIGCONT).</summary>
    Pause,

    /// <summary>Two processes could not reach each other.</summary>
    Cut,

    /// <summary>Redis ended without a word and came back with what it had written.</summary>
    RedisKilled,

    /// <summary>Redis stood still and went on.</summary>
    RedisPaused,

    /// <summary>The new primary of Redis had no replica yet, so that nothing was answered with yes (<c>REDIS_REPLICAS</c>).</summary>
    RedisUnfollowed,

    /// <summary>Every answer of Redis came late.</summary>
    RedisSlow,

    /// <summary>Redis came back with what it had some time ago.</summary>
    RedisRestored,

    /// <summary>The wall clock of one process was set to another time.</summary>
    ClockStep,

    /// <summary>Every process was replaced, one after the other.</summary>
    RollingRestart,

    /// <summary>A process was replaced by one of another build.</summary>
    OtherBuild,

    /// <summary>Silos were added or taken away.</summary>
    Scale,

    /// <summary>The machine had no turn for the test itself: what is late then says nothing about the processes under test.</summary>
    Busy,
}
