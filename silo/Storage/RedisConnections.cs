using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Opens Orleans' connections to Redis. Between the first answer of Redis and the moment the silo has joined lie seconds in which Redis may be
/// gone again; a connection that is refused then is tried again, with a sentence, instead of ending the process. Once open, connections come back
/// by themselves.
/// </summary>
internal sealed partial class RedisConnections(TimeProvider clock, ILogger<RedisConnections> logger)
{
    /// <summary>How long a connection is tried before the start gives up; an orchestrator then starts the process anew.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _often = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _toldAt;

    /// <summary>A connection that answers, for the one provider that asked: it closes it when it ends.</summary>
    /// <param name="options">Where to; not changed.</param>
    /// <exception cref="RedisConnectionException">Redis did not answer for <see cref="Patience"/>.</exception>
    public async Task<(IConnectionMultiplexer Multiplexer, bool IsShared)> Open(ConfigurationOptions? options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var own = options.Clone();
        own.AbortOnConnectFail = true;
        if (own.Tunnel is DisownedPrimaries disowned)
        {
            disowned.Refused = Tell;
        }

        var started = clock.GetTimestamp();
        for (var wait = _first; ; wait = wait + wait < _longest ? wait + wait : _longest)
        {
            try
            {
                return (await ConnectionMultiplexer.ConnectAsync(own), IsShared: false);
            }
            catch (RedisConnectionException failure) when (clock.GetElapsedTime(started) + wait < Patience)
            {
                // Addresses only: the configuration carries the password.
                LogGone(string.Join(", ", own.EndPoints), failure.FailureType, wait.TotalSeconds);
            }

            await Task.Delay(wait, clock);
        }
    }

    private void Tell(EndPoint server)
    {
        lock (_lock)
        {
            if (_toldAt is not { } told || clock.GetElapsedTime(told) >= _often)
            {
                _toldAt = clock.GetTimestamp();
                LogDisowned(server);
            }
        }
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Redis at {Address} believes to be the primary, and the Sentinels name another: it was replaced, and has come back by its old configuration. Nothing is asked of it until it is a replica. Start it by a script that asks the Sentinels first (docs/operations.md).")]
    private partial void LogDisowned(EndPoint address);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Redis at {Address} went away while the silo was starting ({Reason}); trying again in {Seconds} s.")]
    private partial void LogGone(string address, ConnectionFailureType reason, double seconds);
}
