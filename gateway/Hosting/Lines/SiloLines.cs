using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Orleans.Runtime;
using Uitsmijter.Actors.Hosting;

namespace Uitsmijter.Actors.Gateway.Hosting.Lines;

/// <summary>
/// The lines of this gateway to the silos. A network can swallow what goes between two machines and leave everything else alone: no connection ends, the silo is a member in
/// good health, and one call in so many waits until it is given up. So a line that owes an answer while others get theirs is cut, and its silo is left alone for a
/// while; its grains are reached over the others. Where none answers it is no line that is broken, and none is cut.
/// </summary>
internal sealed partial class SiloLines : IDisposable
{
    /// <summary>An answer that is owed so long counts against its line; a silo answers a pulse within milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How many looks in a row (<see cref="LinePulse.Period"/>) have to count against a line: one would be a pause of the collector, or of this process.</summary>
    public const int Strikes = 4;

    /// <summary>How long a silo is left alone after its line was cut; twice as long where that did not help.</summary>
    public static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(30);

    /// <summary>The longest a silo is left alone.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<SiloLine, byte> _lines = new();
    private readonly ConcurrentDictionary<EndPoint, Rest> _rests = new();
    private volatile Dictionary<EndPoint, Uri> _listed = [];
    private readonly Meter _meter = new(ProcessMetrics.OwnMeters + "Hosting");
    private readonly Counter<long> _cuts;
    private readonly TimeProvider _clock;
    private readonly ILogger<SiloLines> _logger;

    /// <summary>Begins without a line.</summary>
    /// <param name="clock">Measures elapsed time.</param>
    /// <param name="logger">Told when a silo is left alone.</param>
    public SiloLines(TimeProvider clock, ILogger<SiloLines> logger)
    {
        (_clock, _logger) = (clock, logger);
        _meter.CreateObservableGauge("uitsmijter_silo_lines", () => Count, description: "Connections of this gateway to silos.");
        _cuts = _meter.CreateCounter<long>("uitsmijter_silo_lines_cut", description: "Connections to silos that were cut because no answer came while other silos answered.");
        _cuts.Add(0);
    }

    /// <summary>How many lines there are.</summary>
    public int Count => _lines.Count;

    /// <summary>The silos there are to have a line to, by the newest list of the membership, where they take calls of gateways; without those that are left alone.</summary>
    public IReadOnlyList<SiloAddress> Silos => [.. _listed.Where(silo => !IsLeftAlone(silo.Key)).Select(static silo => silo.Value.ToGatewayAddress()!)];

    /// <summary>Those of <see cref="Silos"/> there is a line to.</summary>
    public IReadOnlyList<SiloAddress> Reached
    {
        get
        {
            var reached = _lines.Keys.Select(static line => line.Silo).ToHashSet();
            return [.. Silos.Where(silo => reached.Contains(silo.Endpoint))];
        }
    }

    /// <summary>
    /// Learns which silos there are. A line to any other one says nothing about whether calls can go by it: a silo that leaves keeps its line for its last answers and takes no
    /// question. And a silo that has begun anew, at the same address, is not the one that was left alone.
    /// </summary>
    /// <param name="silos">The whole list of the membership, with the generation of each.</param>
    public void Learn(IEnumerable<Uri> silos)
    {
        var listed = new Dictionary<EndPoint, Uri>();
        foreach (var silo in silos)
        {
            if (EndPointOf(silo) is { } address)
            {
                listed[address] = silo;
            }
        }

        _listed = listed;
        foreach (var (silo, rest) in _rests)
        {
            if (!Equals(listed.GetValueOrDefault(silo), rest.Silo))
            {
                _rests.TryRemove(silo, out _);
            }
        }
    }

    /// <summary>Where a silo of the list takes calls of gateways; null for a name, which lists of silos do not hold.</summary>
    /// <param name="silo">An entry of the list.</param>
    public static EndPoint? EndPointOf(Uri silo) => IPAddress.TryParse(silo.Host, out var address) ? new IPEndPoint(address, silo.Port) : null;

    /// <summary>Listens to a connection until it ends; part of Orleans' pipeline of connections.</summary>
    /// <param name="connection">A connection to a silo.</param>
    /// <param name="next">What speaks on it.</param>
    /// <exception cref="ConnectionAbortedException">The silo is left alone; whoever wanted it takes another one.</exception>
    public async Task Listen(ConnectionContext connection, ConnectionDelegate next)
    {
        if (IsLeftAlone(connection.RemoteEndPoint))
        {
            throw new ConnectionAbortedException($"No answer came from {connection.RemoteEndPoint} a moment ago, and it is left alone.");
        }

        var transport = connection.Transport;
        var line = new SiloLine(connection, _clock);
        connection.Transport = line.Transport;
        _lines.TryAdd(line, 0);
        try
        {
            await next(connection);
        }
        finally
        {
            _lines.TryRemove(line, out _);
            connection.Transport = transport;
            if (line is { HasAnswered: false, IsCut: false })
            {
                Failed(line.Silo);
            }
        }
    }

    /// <summary>Looks at every line once, and cuts those that have owed an answer for too long while others got theirs.</summary>
    public void Look()
    {
        var lines = _lines.Keys.ToArray();
        var answering = lines.Count(line => line.TakeHeard() && line.Owed <= Patience && IsListed(line));
        foreach (var line in lines)
        {
            if (line.IsCut)
            {
                continue;
            }

            line.Strikes = answering > 0 && line.Owed > Patience ? line.Strikes + 1 : 0;
            if (line.Strikes >= Strikes)
            {
                LeaveAlone(line.Silo);
                _cuts.Add(1);
                line.Cut("No answer came for seconds, while other silos answered.");
            }
        }
    }

    /// <summary>
    /// A silo that had been left alone was tried again and did not answer. The first time is Orleans' own affair, which does not take a silo for a while it could not connect to.
    /// </summary>
    /// <param name="silo">Where the silo takes calls of gateways.</param>
    public void Failed(EndPoint? silo)
    {
        if (silo is not null && _rests.ContainsKey(silo) && !IsLeftAlone(silo) && IsAnyAnswering(silo))
        {
            LeaveAlone(silo);
        }
    }

    /// <summary>Whether calls go by other silos for now, which answer.</summary>
    /// <param name="silo">Where the silo takes calls of gateways.</param>
    public bool IsLeftAlone(EndPoint? silo) =>
        silo is not null && _rests.TryGetValue(silo, out var rest) && _clock.GetElapsedTime(rest.Since) < rest.Length && IsAnyAnswering(silo);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    private bool IsAnyAnswering(EndPoint except) => _lines.Keys.Any(line => line.HasAnswered && line.Owed <= Patience && IsListed(line) && !Equals(line.Silo, except));

    private bool IsListed(SiloLine line) => line.Silo is { } silo && _listed.ContainsKey(silo);

    private void LeaveAlone(EndPoint? silo)
    {
        if (silo is null)
        {
            return;
        }

        var known = _listed.GetValueOrDefault(silo);
        var rest = _rests.AddOrUpdate(
            silo, _ => new Rest(known, _clock.GetTimestamp(), FirstRest), (_, last) => new Rest(known, _clock.GetTimestamp(), After(last)));
        LogLeftAlone(silo, rest.Length.TotalSeconds);
    }

    private TimeSpan After(Rest last) =>
        _clock.GetElapsedTime(last.Since) > last.Length + LongestRest ? FirstRest
        : last.Length + last.Length < LongestRest ? last.Length + last.Length
        : LongestRest;

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "No answer comes from the silo at {Silo} while others answer: look at the network between it and here. Calls go by the others; it is tried again in {Seconds} s.")]
    private partial void LogLeftAlone(EndPoint silo, double seconds);

    private readonly record struct Rest(Uri? Silo, long Since, TimeSpan Length);
}
