using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Hosting.Lines;

/// <summary>
/// One connection to a silo, and since when something was sent on it and nothing at all has come back. What is said there does not matter: every question of a gateway
/// has an answer, and a silo that is alive says something.
/// </summary>
internal sealed class SiloLine
{
    private const long Nothing = 0;
    private readonly ConnectionContext _connection;
    private readonly TimeProvider _clock;
    private long _owedSince;
    private int _hasHeard;
    private volatile bool _hasAnswered;

    /// <summary>Listens to a connection.</summary>
    /// <param name="connection">It.</param>
    /// <param name="clock">Measures elapsed time.</param>
    public SiloLine(ConnectionContext connection, TimeProvider clock)
    {
        (_connection, _clock) = (connection, clock);
        Silo = connection.RemoteEndPoint;
        Transport = new HeardTransport(connection.Transport, Heard, Sent);
    }

    /// <summary>Where the silo takes calls of gateways.</summary>
    public EndPoint? Silo { get; }

    /// <summary>What the connection speaks over while it is listened to.</summary>
    public IDuplexPipe Transport { get; }

    /// <summary>Whether anything ever came.</summary>
    public bool HasAnswered => _hasAnswered;

    /// <summary>Looks at which this line owed an answer while another one got its, in a row.</summary>
    public int Strikes { get; set; }

    /// <summary>Whether it was cut from here.</summary>
    public bool IsCut { get; private set; }

    /// <summary>How long the oldest thing sent has been without anything coming back; zero where nothing is owed.</summary>
    public TimeSpan Owed => Interlocked.Read(ref _owedSince) is var since and not Nothing ? _clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Whether anything came since this was last asked.</summary>
    public bool TakeHeard() => Interlocked.Exchange(ref _hasHeard, 0) != 0;

    /// <summary>Ends the connection; what waits to be sent on it goes another way.</summary>
    /// <param name="reason">Why.</param>
    public void Cut(string reason)
    {
        IsCut = true;
        _connection.Abort(new ConnectionAbortedException(reason));
    }

    private void Sent() => Interlocked.CompareExchange(ref _owedSince, _clock.GetTimestamp(), Nothing);

    private void Heard()
    {
        _hasAnswered = true;
        Interlocked.Exchange(ref _owedSince, Nothing);
        Interlocked.Exchange(ref _hasHeard, 1);
    }
}
