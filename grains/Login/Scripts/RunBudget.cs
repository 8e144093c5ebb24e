using Jint;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// What one run may still use: statements, memory, time. Unlike the engine's own constraints it is not refilled at each entry into the
/// engine, so a chain of <c>fetch</c> answers shares one budget. It is also the place where a long run lets others go first.
/// </summary>
internal sealed class RunBudget : Constraint
{
    // Reading clocks costs more than a statement; 64 statements are far below a millisecond.
    private const int SlowCheckMask = 63;

    private ScriptLimits? _limits;
    private Action? _checkIn;
    private long _allocatedBefore;
    private long _baseline;
    private int _statements;

    /// <summary>Bytes the run has allocated so far; right only on the thread that runs it.</summary>
    public long Allocated => _allocatedBefore + GC.GetAllocatedBytesForCurrentThread() - _baseline;

    /// <summary>Ties the budget to its run.</summary>
    /// <param name="limits">The limits that count.</param>
    /// <param name="checkIn">Called often: throws when the run must end, and waits while others have their turn.</param>
    public void Bind(ScriptLimits limits, Action checkIn)
    {
        _limits = limits;
        _checkIn = checkIn;
        _baseline = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>The run continues on the current thread.</summary>
    public void Resume() => _baseline = GC.GetAllocatedBytesForCurrentThread();

    /// <summary>The run leaves the current thread.</summary>
    public void Pause()
    {
        _allocatedBefore = Allocated;
        _baseline = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>The engine starts or ends an entry. The budget is the whole run's, so nothing is given back.</summary>
    public override void Reset()
    {
    }

    /// <inheritdoc />
    public override void Check()
    {
        if (_limits is not { } limits)
        {
            return;
        }

        if (++_statements > limits.Statements)
        {
            throw new ScriptLimitException($"The script ran more than {limits.Statements} statements.");
        }

        if (Allocated > limits.Memory)
        {
            throw new ScriptLimitException($"The script used more than {limits.Memory} bytes of memory.");
        }

        if ((_statements & SlowCheckMask) == 0)
        {
            _checkIn!();
        }
    }
}
