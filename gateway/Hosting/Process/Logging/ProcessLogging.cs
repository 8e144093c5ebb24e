using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>Registers the log (<c>LOG_LEVEL</c>, <c>LOG_FORMAT</c>).</summary>
internal static class ProcessLogging
{
    /// <summary>Replaces every other log provider.</summary>
    /// <param name="logging">The process's logging.</param>
    /// <param name="settings">The settings.</param>
    public static void Use(ILoggingBuilder logging, ServerSettings settings)
    {
        var rules = new LogRules(settings);
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter((source, level) => level >= rules.LowestOf(source ?? ""));
        logging.Services.AddSingleton(rules);
        logging.Services.AddSingleton(static _ => new LogOutput(Console.OpenStandardOutput()));
        logging.Services.AddSingleton<ILoggerProvider, LineLoggerProvider>();
    }
}
