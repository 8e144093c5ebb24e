using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Silo.Hosting;

/// <summary>
/// The lines gateways have opened to this silo. A network that swallows what goes between the two leaves both with a connection that looks well, and Orleans sends answers for a gateway over its
/// own line wherever there is one: also those to questions that came by another silo. Gateways say something on each of their lines every second, so one that did and is
/// silent for seconds is closed here, and its answers take the way of its questions (docs/decisions/0080).
/// </summary>
internal sealed partial class GatewayLines(TimeProvider clock, ILogger<GatewayLines> logger) : BackgroundService
{
    /// <summary>The time between two looks: that between two pulses of a gateway.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>A line is one with a pulse when it was heard at so many looks in a row. Gateways of a build without pulses, and any other client, may be silent.</summary>
    public const int Steady = 30;

    /// <summary>Looks in a row at which nothing had come.</summary>
    public const int Silent = 5;

    private readonly ConcurrentDictionary<Line, byte> _lines = new();

    /// <summary>Listens to a connection until it ends; part of Orleans' pipeline of connections.</summary>
    /// <param name="connection">A connection from a gateway.</param>
    /// <param name="next">What speaks on it.</param>
    public async Task Listen(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var line = new Line(connection);
        connection.Transport = new HeardTransport(transport, line.Hear);
        _lines.TryAdd(line, 0);
        try
        {
            await next(connection);
        }
        finally
        {
            _lines.TryRemove(line, out _);
            connection.Transport = transport;
        }
    }

    /// <summary>Looks at every line once, and closes those whose pulse has stopped.</summary>
    public void Look()
    {
        foreach (var (line, _) in _lines)
        {
            if (line.HasFallenSilent())
            {
                LogSilent(line.Gateway, Silent);
                _lines.TryRemove(line, out _);
                line.Close();
            }
        }
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.Every(
        Period,
        clock,
        _ =>
        {
            Look();
            return Task.CompletedTask;
        },
        stoppingToken);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Nothing comes from the gateway at {Gateway} any more: it is dead, or the network between it and here swallows what is sent. Its connection is closed after {Seconds} s, and its answers go by other silos.")]
    private partial void LogSilent(EndPoint? gateway, int seconds);

    private sealed class Line(ConnectionContext connection)
    {
        private int _hasHeard;
        private int _steady;
        private int _silent;

        public EndPoint? Gateway { get; } = connection.RemoteEndPoint;

        public void Hear() => Volatile.Write(ref _hasHeard, 1);

        public bool HasFallenSilent()
        {
            if (Interlocked.Exchange(ref _hasHeard, 0) != 0)
            {
                (_steady, _silent) = (Math.Min(_steady + 1, Steady), 0);
                return false;
            }

            _silent = _steady == Steady ? _silent + 1 : 0;
            _steady = _steady == Steady ? Steady : 0;
            return _silent >= Silent;
        }

        public void Close() => connection.Abort(new ConnectionAbortedException("The gateway fell silent."));
    }
}
