using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Uitsmijter.Actors.Silo.Storage;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Storage;

/// <summary>Redis that goes away between the gate's question and the silo's own connections once ended the process.</summary>
public sealed class RedisConnectionsTests
{
    [Fact]
    public async Task a_redis_that_is_away_for_a_moment_while_the_silo_starts_is_waited_for()
    {
        Assert.SkipUnless(RedisServer.IsInstalled, "redis-server is not installed.");
        var port = Ports.Free(1)[0];
        var options = ConfigurationOptions.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},connectRetry=1,connectTimeout=1000"));
        var refused = new Refused();

        var opening = new RedisConnections(refused, NullLogger<RedisConnections>.Instance).Open(options);
        await refused.Once;
        await using var redis = await RedisServer.Start(port);
        var (connection, _) = await opening.WaitAsync(TimeSpan.FromSeconds(60));
        await using var closing = connection;

        Assert.True(connection.IsConnected);
        Assert.True(await connection.GetDatabase().PingAsync() > TimeSpan.Zero);
    }

    /// <summary>The real clock; tells when somebody waits for the first time, which is after the first refusal.</summary>
    private sealed class Refused : TimeProvider
    {
        private readonly TaskCompletionSource _once = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Once => _once.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _once.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
