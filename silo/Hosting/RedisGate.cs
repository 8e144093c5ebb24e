using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>
/// Holds the silo back until Redis answers. Orleans would give up at the first refusal; waiting here, with one line per try and the
/// readiness probe saying no, needs no restart when Redis comes (bad input "unreachable Redis").
/// </summary>
internal sealed partial class RedisGate(ServerSettings settings, TimeProvider clock, ILogger<RedisGate> logger) : IHostedService
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = RedisOptions.Of(settings, clock);
        options.AbortOnConnectFail = true;
        options.ConnectRetry = 1;
        options.ConnectTimeout = 2000;
        for (var wait = _first; ; wait = Longer(wait))
        {
            try
            {
                await using var redis = await ConnectionMultiplexer.ConnectAsync(options).WaitAsync(cancellationToken);
                await redis.GetDatabase().PingAsync().WaitAsync(cancellationToken);
                if (settings.RedisReplicas == 0 || redis.GetServers().All(static server => server.ServerType != ServerType.Cluster))
                {
                    return;
                }

                // Every node has replicas of its own; waiting for those of one says nothing about the others.
                LogNodes(Where(options), wait.TotalSeconds);
                await Task.Delay(wait, clock, cancellationToken);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                LogUnreachable(Where(options), Why(exception), wait.TotalSeconds);
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static TimeSpan Longer(TimeSpan wait) => wait + wait < _longest ? wait + wait : _longest;

    // Addresses only: the configuration carries the password.
    private static string Where(ConfigurationOptions options) => string.Join(", ", options.EndPoints.Select(endpoint => endpoint.ToString()));

    private static string Why(Exception exception) => exception is RedisConnectionException { FailureType: var kind } ? kind.ToString() : exception.GetType().Name;

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Redis at {Address} is a Redis Cluster, where REDIS_REPLICAS cannot be kept: leave it unset, or use Sentinels; trying again in {Seconds} s.")]
    private partial void LogNodes(string address, double seconds);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Redis at {Address} cannot be reached ({Reason}); trying again in {Seconds} s.")]
    private partial void LogUnreachable(string address, string reason, double seconds);
}
