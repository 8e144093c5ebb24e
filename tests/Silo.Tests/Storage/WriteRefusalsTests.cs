using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;
using Uitsmijter.Actors.Silo.Storage;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

/// <summary>What a silo says while Redis refuses writes.</summary>
public sealed class WriteRefusalsTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Lines<WriteRefusals> _log = new();
    private readonly WriteRefusals _refusals;

    public WriteRefusalsTests() => _refusals = new WriteRefusals(_clock, _log);

    [Theory]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.", "(OOM)")]
    [InlineData("Failed to write grain state for grant grain with ID grant/1. StackExchange.Redis.RedisServerException: READONLY You can't write against a read only replica. script: 1", "(READONLY)")]
    [InlineData("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", "(MISCONF)")]
    [InlineData("NOREPLICAS Not enough good replicas to write.", "(NOREPLICAS)")]
    [InlineData("NOPERM User silo has no permissions to run the 'eval' command", "(NOPERM)")]
    public void what_redis_refuses_writes_for_is_told_with_what_to_do(string message, string word)
    {
        _refusals.Failed(new InvalidOperationException(message));

        Assert.Equal(1, _log.Count(word));
    }

    [Fact]
    public void a_refusal_is_told_once_a_minute_and_its_end_once()
    {
        for (var second = 0; second < 90; second++)
        {
            _refusals.Failed(new InvalidOperationException("OOM command not allowed"));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _clock.Advance(WriteRefusals.Settled);
        _refusals.Taken();
        _refusals.Taken();

        Assert.Equal((2, 1), (_log.Count("Redis refuses writes: "), _log.Count("takes writes again; it refused some for 89 s.")));
    }

    [Fact]
    public void a_redis_that_takes_one_write_and_refuses_the_next_does_not_fill_the_log()
    {
        for (var time = 0; time < 100; time++)
        {
            _refusals.Failed(new InvalidOperationException("OOM command not allowed"));
            _refusals.Taken();
            _clock.Advance(TimeSpan.FromMilliseconds(300));
        }

        Assert.Single(_log.All);
    }

    [Fact]
    public void a_failure_that_is_no_refusal_and_a_write_that_is_taken_say_nothing()
    {
        _refusals.Failed(new InconsistentStateException("somebody else was first"));
        _refusals.Failed(new TimeoutException("ROOM 1 does not answer, awaiting READONLYX"));
        _refusals.Taken();

        Assert.Empty(_log.All);
    }

    [Fact]
    public void another_reason_is_told_at_once()
    {
        _refusals.Failed(new InvalidOperationException("OOM command not allowed"));
        _refusals.Failed(new InvalidOperationException("READONLY You can't write"));

        Assert.Equal(2, _log.All.Count);
    }
}
