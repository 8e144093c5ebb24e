using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>Keeps log lines, and waits for them.</summary>
internal sealed class Lines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _all = new();
    private readonly ILoggerFactory _factory;

    public Lines() => _factory = LoggerFactory.Create(logging => logging.AddProvider(this));

    /// <summary>All lines so far.</summary>
    public string[] All => [.. _all];

    /// <summary>A logger that writes here.</summary>
    public ILogger<T> For<T>() => _factory.CreateLogger<T>();

    /// <summary>Waits for a line.</summary>
    /// <param name="text">What it contains.</param>
    public async Task<string> Says(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (_all.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
            {
                return line;
            }

            Assert.False(patience.IsCancellationRequested, $"Nobody said '{text}':\n{string.Join('\n', _all)}");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _all.Enqueue($"{logLevel}: {formatter(state, exception)}");

    // The factory is this provider's owner.
    public void Dispose()
    {
    }
}
