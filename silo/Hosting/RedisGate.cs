using System.Text.Json;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Hosting;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>
/// Holds the silo back until Redis answers and is its own. Orleans would give up at the first refusal; waiting here, with one line per try and the
/// readiness probe saying no, needs no restart when Redis comes (bad input "unreachable Redis"). A silo of another installation with the same names would
/// join this one and put its configuration over ours, so it is told apart before it joins.
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
                if (settings.RedisReplicas > 0 && redis.GetServers().Any(static server => server.ServerType == ServerType.Cluster))
                {
                    // Every node has replicas of its own; waiting for those of one says nothing about the others.
                    LogNodes(Where(options), wait.TotalSeconds);
                }
                else if (settings.Storage == SettingWords.Redis && await BelongsToAnother(redis.GetDatabase()).WaitAsync(cancellationToken))
                {
                    LogForeign(Where(options), settings.ServiceId, wait.TotalSeconds);
                }
                else
                {
                    return;
                }

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

    private async Task<bool> BelongsToAnother(IDatabase database)
    {
        // The layout of Orleans' Redis storage: a hash with the record under this name.
        byte[]? record = await database.HashGetAsync(StorageOwner.RedisKey(settings.ServiceId), "data");
        try
        {
            return StorageOwner.IsAnother(settings, record);
        }
        catch (JsonException)
        {
            // Damaged; the grain that owns it says so where it matters.
            return false;
        }
    }

    private static TimeSpan Longer(TimeSpan wait) => wait + wait < _longest ? wait + wait : _longest;

    // Addresses only: the configuration carries the password.
    private static string Where(ConfigurationOptions options) => string.Join(", ", options.EndPoints.Select(endpoint => endpoint.ToString()));

    private static string Why(Exception exception) => exception is RedisConnectionException { FailureType: var kind } ? kind.ToString() : exception.GetType().Name;

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Redis at {Address} is a Redis Cluster, where REDIS_REPLICAS cannot be kept: leave it unset, or use Sentinels; trying again in {Seconds} s.")]
    private partial void LogNodes(string address, double seconds);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Redis at {Address} has the service {Service} of another installation: its keys were sealed under another KEY_ENCRYPTION_SECRET. This silo joins nothing and publishes nothing. Give it another ORLEANS_SERVICE_ID, or, where the secret was changed, set KEY_ENCRYPTION_SECRET_PREVIOUS to the former one; trying again in {Seconds} s.")]
    private partial void LogForeign(string address, string service, double seconds);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Redis at {Address} cannot be reached ({Reason}); trying again in {Seconds} s.")]
    private partial void LogUnreachable(string address, string reason, double seconds);
}
