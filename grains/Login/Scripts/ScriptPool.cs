using System.Diagnostics.CodeAnalysis;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// The threads all provider scripts of a silo share. Tenants take turns: a run that computes for longer than a slice lets the next tenant
/// go first, and one that is stuck in a step nobody can interrupt stops counting. So fifty endless loops of one tenant cost another a
/// few milliseconds, and never a thread of Orleans or of the thread pool.
/// </summary>
internal sealed class ScriptPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TenantShare> _shares = new(StringComparer.Ordinal);
    private readonly Queue<TenantShare> _ring = new();
    private readonly Stack<PoolWorker> _idle = new();
    private readonly List<PoolWorker> _workers = [];
    private readonly ManualResetEventSlim _crowded = new(initialState: false, spinCount: 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly PoolLimits _limits;
    private int _turns;
    private int _runs;
    private volatile int _waiting;

    /// <summary>Opens the pool; its threads start when they are needed.</summary>
    /// <param name="limits">How much it may occupy.</param>
    public ScriptPool(PoolLimits limits)
    {
        _limits = limits;
        new Thread(WatchOverdue) { IsBackground = true, Name = "provider scripts watch" }.UnsafeStart();
    }

    /// <summary>What the pool may occupy.</summary>
    public PoolLimits Limits => _limits;

    /// <summary>Runs that have a place now.</summary>
    public int UnfinishedRuns => Volatile.Read(ref _runs);

    /// <summary>Takes a place for one more run of a tenant. False when the tenant's places, or all places, are taken.</summary>
    public bool TryEnter(string tenant, [NotNullWhen(true)] out TenantShare? share)
    {
        lock (_gate)
        {
            if (!_shares.TryGetValue(tenant, out share))
            {
                share = new(tenant);
            }

            if (_runs >= _limits.Runs || share.Runs >= _limits.RunsPerTenant || _closing.IsCancellationRequested)
            {
                return false;
            }

            _shares[tenant] = share;
            _runs++;
            share.Runs++;
            return true;
        }
    }

    /// <summary>Gives a run's place back.</summary>
    public void Leave(TenantShare share)
    {
        lock (_gate)
        {
            _runs--;
            if (--share.Runs == 0)
            {
                _shares.Remove(share.Tenant);
            }
        }
    }

    /// <summary>Asks for a thread to run a run's next turn.</summary>
    public void Schedule(ScriptRun run)
    {
        lock (_gate)
        {
            run.Share.Fresh.Enqueue(run);
            Wait(run.Share);
        }
    }

    /// <summary>Called often by a running script: lets others go first when its slice is over and somebody waits.</summary>
    public void CheckIn(PoolWorker worker)
    {
        if (worker.HasTurn && (_waiting == 0 || worker.TurnAge < _limits.Slice))
        {
            // Nobody waited for a slice: do not count the next arrival against time that hurt nobody, or the watch would call it stuck.
            if (_waiting == 0)
            {
                worker.RenewTurn();
            }

            return;
        }

        lock (_gate)
        {
            ReturnTurn(worker);
            worker.Run!.Share.Computing--;
            worker.Run.Share.Interrupted.Enqueue(worker);
            Wait(worker.Run.Share);
        }

        worker.AwaitTurn();
    }

    /// <summary>A worker is done with its run's turn.</summary>
    public void Finished(PoolWorker worker)
    {
        lock (_gate)
        {
            ReturnTurn(worker);
            worker.Run!.Share.Threads--;
            worker.Run.Share.Computing--;
            worker.Run = null;
            if (_closing.IsCancellationRequested)
            {
                worker.Stop();
                return;
            }

            _idle.Push(worker);
            Dispatch();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            _closing.Cancel();
            _crowded.Set();
            while (_idle.TryPop(out var worker))
            {
                worker.Stop();
            }
        }
    }

    private void Wait(TenantShare share)
    {
        _waiting++;
        if (!share.InRing)
        {
            share.InRing = true;
            _ring.Enqueue(share);
        }

        Dispatch();
    }

    /// <summary>Hands out free turns, one tenant after the other.</summary>
    private void Dispatch()
    {
        for (var passed = 0; _turns < _limits.Turns && passed < _ring.Count;)
        {
            var share = _ring.Dequeue();
            passed = TryStart(share) ? 0 : passed + 1;
            share.InRing = share.Fresh.Count + share.Interrupted.Count > 0;
            if (share.InRing)
            {
                _ring.Enqueue(share);
            }
        }

        if (_waiting > 0)
        {
            _crowded.Set();
        }
    }

    private bool TryStart(TenantShare share)
    {
        if (share.Computing >= _limits.TurnsPerTenant)
        {
            return false;
        }

        var worker = share.FreshNext || share.Interrupted.Count == 0
            ? WorkerForFresh(share) ?? NextInterrupted(share)
            : NextInterrupted(share);
        if (worker is null)
        {
            return false;
        }

        _waiting--;
        share.Computing++;
        _turns++;
        worker.GiveTurn();
        return true;
    }

    private static PoolWorker? NextInterrupted(TenantShare share)
    {
        share.FreshNext = true;
        return share.Interrupted.TryDequeue(out var worker) ? worker : null;
    }

    private PoolWorker? WorkerForFresh(TenantShare share)
    {
        if (share.Fresh.Count == 0 || share.Threads >= _limits.ThreadsPerTenant
            || (_idle.Count == 0 && _workers.Count >= _limits.Threads))
        {
            return null;
        }

        if (!_idle.TryPop(out var worker))
        {
            worker = new PoolWorker(this, _workers.Count + 1);
            _workers.Add(worker);
        }

        share.FreshNext = false;
        share.Threads++;
        worker.Run = share.Fresh.Dequeue();
        return worker;
    }

    private void ReturnTurn(PoolWorker worker)
    {
        if (worker.HasTurn)
        {
            worker.HasTurn = false;
            _turns--;
        }
    }

    /// <summary>Takes the turn from workers that do not come back, while others wait. They ask for a new one when they do.</summary>
    private void WatchOverdue()
    {
        while (!_closing.IsCancellationRequested)
        {
            _crowded.Wait();
            _closing.Token.WaitHandle.WaitOne(_limits.Overdue / 2);
            lock (_gate)
            {
                foreach (var worker in _workers)
                {
                    if (worker.HasTurn && worker.TurnAge > _limits.Overdue)
                    {
                        ReturnTurn(worker);
                    }
                }

                Dispatch();
                if (_waiting == 0 && !_closing.IsCancellationRequested)
                {
                    _crowded.Reset();
                }
            }
        }
    }
}
