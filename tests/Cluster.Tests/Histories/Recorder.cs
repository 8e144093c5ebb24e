using System.Collections.Concurrent;
using System.Diagnostics;

namespace Uitsmijter.Actors.Cluster.Tests.Histories;

/// <summary>Writes a history while it happens; one clock for everybody, which no fault steps.</summary>
internal sealed class Recorder
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<Operation> _operations = new();
    private readonly ConcurrentQueue<Fault> _faults = new();
    private long _number;

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_began);

    /// <summary>The next number of an operation.</summary>
    public long Next() => Interlocked.Increment(ref _number);

    /// <summary>Keeps an operation.</summary>
    public void Add(Operation operation) => _operations.Enqueue(operation);

    /// <summary>Keeps a fault.</summary>
    public void Add(Fault fault) => _faults.Enqueue(fault);

    /// <summary>What was recorded so far.</summary>
    public History Read() => new([.. _operations.OrderBy(static operation => operation.Number)], [.. _faults.OrderBy(static fault => fault.Start)]);
}
