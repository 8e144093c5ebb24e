using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Uitsmijter.Actors.Grains.Tests.Login;

/// <summary>Captures what some sources of a cluster log.</summary>
/// <param name="log">Where to.</param>
/// <param name="source">Beginning of their names; empty for all.</param>
internal sealed class LogProvider(CapturedLog log, string source) : ILoggerProvider
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith(source, StringComparison.Ordinal) ? log : NullLogger.Instance;

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
