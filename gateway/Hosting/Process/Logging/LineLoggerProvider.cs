using System.Collections.Concurrent;

namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>The product's only log: one line a record on standard output.</summary>
internal sealed class LineLoggerProvider(LogOutput output, LogRules rules, TimeProvider clock) : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentDictionary<string, LineLogger> _loggers = new(StringComparer.Ordinal);
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new LineLogger(name, output, rules, clock, () => _scopes));

    /// <inheritdoc />
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc />
    public void Dispose() => output.Dispose();
}
