using System.Diagnostics;
using System.Globalization;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>A thread that runs scripts: deep stack, invariant culture, nothing of anybody's context.</summary>
internal sealed class PoolWorker : IDisposable
{
    // Interpreting nests native frames. The engine stops a recursion when the stack runs short; this leaves it room for honest ones.
    // It is address space: pages are only taken where a run goes that deep.
    private const int StackSize = 8 * 1024 * 1024;

    private readonly ScriptPool _pool;
    // Not the slim kind: it spins before it sleeps, which cost more processor time than a trivial script.
    private readonly Semaphore _signal = new(0, int.MaxValue);
    private long _turnStarted;

    /// <summary>Starts the thread.</summary>
    /// <param name="pool">The pool it belongs to.</param>
    /// <param name="number">For its name.</param>
    public PoolWorker(ScriptPool pool, int number)
    {
        _pool = pool;
        var thread = new Thread(Loop, StackSize)
        {
            IsBackground = true,
            Name = $"provider scripts {number}",
            CurrentCulture = CultureInfo.InvariantCulture,
            CurrentUICulture = CultureInfo.InvariantCulture,
        };
        thread.UnsafeStart();
    }

    /// <summary>The run the thread works on; null while it is idle.</summary>
    public ScriptRun? Run { get; set; }

    /// <summary>True while the worker counts among those who compute. Guarded by the pool's lock, read without it as a hint.</summary>
    public volatile bool HasTurn;

    /// <summary>How long the current turn has lasted.</summary>
    public TimeSpan TurnAge => Stopwatch.GetElapsedTime(Volatile.Read(ref _turnStarted));

    /// <summary>The worker may compute from now on.</summary>
    public void GiveTurn()
    {
        HasTurn = true;
        Volatile.Write(ref _turnStarted, Stopwatch.GetTimestamp());
        _signal.Release();
    }

    /// <summary>Another slice begins without anybody having waited.</summary>
    public void RenewTurn() => Volatile.Write(ref _turnStarted, Stopwatch.GetTimestamp());

    /// <summary>Blocks this thread until it may compute.</summary>
    public void AwaitTurn() => _signal.WaitOne();

    /// <summary>Ends the thread once it is idle.</summary>
    public void Stop() => _signal.Release();

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();

    private void Loop()
    {
        while (true)
        {
            AwaitTurn();
            if (Run is not { } run)
            {
                return;
            }

            run.TakeTurn(this);
            _pool.Finished(this);
        }
    }
}
