using System.Diagnostics.Tracing;
using Microsoft.Extensions.Hosting;

namespace Uitsmijter.Actors.Hosting;

/// <summary>
/// Tells the log when traces and metrics do not arrive, once until they arrive again: the exporter itself speaks to event listeners only. What it
/// says is not repeated, it quotes answers and exceptions; the address is enough for an operator.
/// </summary>
internal sealed partial class ExporterWatch(ILogger<ExporterWatch> logger) : IHostedService, IDisposable
{
    /// <summary>Event source of the exporter.</summary>
    public const string Source = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private const string Success = "ExportSuccess";
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private Listener? _listener;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = new Listener(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _listener?.Dispose();

    /// <summary>Takes note of an event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="level">Its level.</param>
    /// <param name="address">Where the exporter sends to, with the path of the signal.</param>
    internal void Take(string? name, EventLevel level, string? address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            // About a setting or a span, not about a receiver.
            return;
        }

        var authority = uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        lock (_failing)
        {
            if (name == Success)
            {
                if (_failing.Remove(uri.AbsolutePath) && _failing.Count == 0)
                {
                    LogArriving(authority);
                }
            }
            else if (level <= EventLevel.Warning && _failing.Add(uri.AbsolutePath) && _failing.Count == 1)
            {
                LogFailing(authority);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Traces and metrics cannot be sent to {Receiver}; requests are not affected, and what cannot be sent is dropped. This is said once until it works again")]
    private partial void LogFailing(string receiver);

    [LoggerMessage(Level = LogLevel.Information, EventName = Logging.LogRules.NoticeEvent, Message = "Traces and metrics arrive at {Receiver} again")]
    private partial void LogArriving(string receiver);

    /// <summary>The base constructor announces sources before our own fields exist, so it only remembers to listen.</summary>
    private sealed class Listener(ExporterWatch watch) : EventListener
    {
        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == Source)
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        // Events may come in before the constructor has ended.
        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            watch?.Take(eventData.EventName, eventData.Level, eventData.Payload is [{ } first, ..] ? first.ToString() : null);
    }
}
