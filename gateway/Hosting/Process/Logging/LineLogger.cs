using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>Turns records of one source into lines.</summary>
internal sealed class LineLogger(string source, LogOutput output, LogRules rules, TimeProvider clock, Func<IExternalScopeProvider> scopes) : ILogger
{
    private const string Template = "{OriginalFormat}";
    private const string TraceKey = "trace";
    private const string ErrorKey = "error";
    private const string StackKey = "stack";
    private const string LevelKey = "level";

    /// <summary>Lines a minute for one kind of failure of this source. While a cluster does not answer, everybody's request is one, and anybody may ask.</summary>
    private const int MostFailures = 60;

    /// <summary>Kinds that are told apart: event and type of the cause. Nobody outside makes new ones.</summary>
    private const int MostKinds = 100;

    private readonly ConcurrentDictionary<(int Event, Type? Cause), LineBudget> _failures = new();
    private readonly LogLevel _lowest = rules.LowestOf(source);

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => scopes().Push(state);

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => logLevel >= _lowest && logLevel != LogLevel.None;

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel) || rules.IsGivenUp(source, exception) || rules.NameOf(source, logLevel, eventId.Name) is not { } level || !MayFail(logLevel, level, eventId, exception))
        {
            return;
        }

        var metadata = new List<KeyValuePair<string, string>>();
        var template = Collect(state, metadata);
        scopes().ForEachScope(static (scope, list) => AddRequest(scope, list), metadata);
        if (Activity.Current is { Recorded: true } activity)
        {
            Add(metadata, TraceKey, activity.TraceId.ToHexString());
        }

        if (exception is not null)
        {
            Add(metadata, ErrorKey, Explain(exception));
            if (rules.WithStacks && exception.StackTrace is { } stack)
            {
                Add(metadata, StackKey, stack);
            }
        }

        var sentence = (string?)null;
        if (source == LogRules.AuditSource)
        {
            Add(metadata, LevelKey, LogRules.LevelName(logLevel));
            sentence = template is not null && state is IEnumerable<KeyValuePair<string, object?>> values ? QuotedSentence.Of(template, values) : null;
        }

        Write(level, sentence ?? formatter(state, exception), metadata, key => template?.Contains("{" + key, StringComparison.OrdinalIgnoreCase) ?? false);
    }

    /// <summary>Whether a failure is written down; what was not is told with the first one of its kind in a later minute. Who asks for stacks wants all, and nothing critical is left out.</summary>
    private bool MayFail(LogLevel logLevel, string level, EventId eventId, Exception? exception)
    {
        if (exception is null || rules.WithStacks || logLevel == LogLevel.Critical || source == LogRules.AuditSource)
        {
            return true;
        }

        (int Event, Type? Cause) kind = (eventId.Id, exception.GetType());
        var budget = _failures.GetOrAdd(_failures.Count < MostKinds || _failures.ContainsKey(kind) ? kind : default, static _ => new LineBudget(MostFailures));
        var may = budget.TryTake(clock.GetUtcNow(), out var skipped);
        if (skipped > 0)
        {
            Write(level, $"{skipped} more failures like the next one were not written one by one in an earlier minute", [], static _ => true);
        }

        return may;
    }

    private void Write(string level, string message, List<KeyValuePair<string, string>> metadata, Func<string, bool> isSaid)
    {
        var line = new LogLine { Level = level, Date = clock.GetUtcNow(), Message = message, Source = source, Metadata = metadata, IsSaid = isSaid };
        output.Add(rules.IsNdjson ? line.ToNdjson() : line.ToConsole());
    }

    private static string? Collect(object? state, List<KeyValuePair<string, string>> metadata)
    {
        string? template = null;
        if (state is IEnumerable<KeyValuePair<string, object?>> values)
        {
            foreach (var (key, value) in values)
            {
                if (key == Template)
                {
                    template = value as string;
                }
                else if (value is not null)
                {
                    Add(metadata, char.ToLowerInvariant(key[0]) + key[1..], Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                }
            }
        }

        return template;
    }

    // Frameworks put paths and connection ids into scopes; only our request id is wanted.
    private static void AddRequest(object? scope, List<KeyValuePair<string, string>> metadata)
    {
        if (scope is RequestScope request)
        {
            Add(metadata, RequestScope.Key, request.Id);
        }
    }

    private static void Add(List<KeyValuePair<string, string>> metadata, string key, string value)
    {
        var index = metadata.FindIndex(one => one.Key == key);
        if (index < 0)
        {
            metadata.Add(new(key, value));
        }
        else
        {
            metadata[index] = new(key, metadata[index].Value + "." + value);
        }
    }

    private static string Explain(Exception exception)
    {
        var text = $"{exception.GetType().Name}: {exception.Message}";
        return exception.InnerException is { } inner ? $"{text} <- {Explain(inner)}" : text;
    }
}
