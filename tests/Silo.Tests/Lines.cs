using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Silo.Tests;

/// <summary>What somebody has logged, line by line.</summary>
/// <typeparam name="T">Who.</typeparam>
internal sealed class Lines<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>All lines so far.</summary>
    public IReadOnlyCollection<string> All => _lines;

    /// <summary>How many lines contain something.</summary>
    public int Count(string part) => _lines.Count(line => line.Contains(part, StringComparison.Ordinal));

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));
}
