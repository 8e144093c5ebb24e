using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>Which records are printed, and under which level name.</summary>
internal sealed class LogRules(ServerSettings settings)
{
    /// <summary>Source of audit records; they are printed at every <c>LOG_LEVEL</c>.</summary>
    public const string AuditSource = "Uitsmijter.Audit";

    /// <summary>Event name of records between <c>INFO</c> and <c>WARNING</c>, for which .NET has no level.</summary>
    public const string NoticeEvent = "notice";

    private const string MessageCenter = "Orleans.Runtime.Messaging.MessageCenter";

    // How Orleans' sentence ends about a process that was its client and is gone: it takes the address for a grain's, and nothing makes such grains.
    private const string ForGoneClient = "for grain type sys.client";

    private static readonly string[] _framework = ["Microsoft", "System", "Orleans", "Polly", "StackExchange"];
    private readonly bool _onlyNotices = settings.LogLevel == "notice";

    /// <summary>True for one JSON object a line.</summary>
    public bool IsNdjson { get; } = settings.LogFormat == SettingWords.Ndjson;

    /// <summary>True when stack traces are printed too.</summary>
    public bool WithStacks { get; } = settings.LogLevel is "debug" or "trace";

    /// <summary>The lowest level that is printed; <c>notice</c> lies within <see cref="LogLevel.Information"/>.</summary>
    public LogLevel Lowest { get; } = settings.LogLevel switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "critical" => LogLevel.Critical,
        _ => LogLevel.Information,
    };

    /// <summary>The lowest level of a source: frameworks speak from warnings on only.</summary>
    /// <param name="source">Name of the source.</param>
    public LogLevel LowestOf(string source) => source switch
    {
        AuditSource => LogLevel.Information,

        // One scope and one activity per request for records we never print.
        "Microsoft.AspNetCore.Hosting.Diagnostics" => LogLevel.None,

        // The one warns that the garbage collector is not the server's, a choice of the operator; the other counts its first
        // interval from the start of the machine.
        "Orleans.Runtime.Silo" or "Orleans.Runtime.Watchdog" => Max(Lowest, LogLevel.Error),

        // Two lines and an error for every call that is asked again while a silo dies, and it is asked again by us too: who gets no answer in the end says so.
        "Polly" or "Orleans.Messaging" => Max(Lowest, LogLevel.Critical),

        // Said by the probe's answer, at every probe.
        "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService" => LogLevel.None,

        // Told in one sentence by ourselves.
        "Microsoft.Extensions.Hosting.Internal.Host" or "Microsoft.AspNetCore.Server.Kestrel" => Max(Lowest, LogLevel.Critical),
        _ => Array.Exists(_framework, name => source.StartsWith(name, StringComparison.Ordinal)) ? Max(Lowest, LogLevel.Warning) : Lowest,
    };

    /// <summary>
    /// True for a record of Orleans about something nobody waits for any more: it calls every call that was cancelled an error, by the dozen when a silo ends;
    /// and every hint of a feed to the mirror of a gateway that has ended, until its subscription runs out.
    /// </summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="cause">What it reports.</param>
    public bool IsGivenUp(string source, Exception? cause) => !WithStacks && cause switch
    {
        OperationCanceledException => source.StartsWith("Orleans.", StringComparison.Ordinal),
        InvalidOperationException => source == MessageCenter && cause.Message.EndsWith(ForGoneClient, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The level as printed, or null when the record is not printed.</summary>
    /// <param name="source">Name of the source.</param>
    /// <param name="level">Its level.</param>
    /// <param name="eventName">Its event name.</param>
    public string? NameOf(string source, LogLevel level, string? eventName)
    {
        if (source == AuditSource)
        {
            return "AUDIT";
        }

        var isNotice = level == LogLevel.Information && eventName == NoticeEvent;
        return _onlyNotices && level == LogLevel.Information && !isNotice ? null : isNotice ? "NOTICE" : LevelName(level);
    }

    /// <summary>The plain name of a level.</summary>
    /// <param name="level">The level.</param>
    public static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "CRITICAL",
    };

    private static LogLevel Max(LogLevel one, LogLevel other) => one > other ? one : other;
}
