using System.Collections.Concurrent;
using Jint;
using Jint.Native;
using Jint.Runtime;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>The <c>fetch</c> calls of one run: a few at a time, the rest in a queue, their answers brought back to the run's own thread.</summary>
internal sealed class RunFetches(TenantScripts scripts, ScriptLimits limits, Action wake)
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingFetch> _queue = new();
    private readonly ConcurrentQueue<(PendingFetch Fetch, FetchOutcome Outcome)> _arrived = new();
    private CancellationTokenSource? _stop;
    private bool _cancelled;
    private int _started;
    private int _active;
    private int _undelivered;

    /// <summary>True while an answer may still come. Right only on the run's own thread.</summary>
    public bool AnyPending => _undelivered > 0;

    /// <summary>True while an answer waits to be delivered.</summary>
    public bool AnyArrived => !_arrived.IsEmpty;

    /// <summary>The script calls <c>fetch</c>: never throws, always answers with a promise.</summary>
    public JsValue Call(Engine engine, JsValue[] arguments)
    {
        var promise = engine.Advanced.RegisterPromise();
        try
        {
            Start(new(FetchFunction.Read(engine, arguments, scripts.Settings, limits), promise));
        }
        catch (FetchRefusedException refused)
        {
            promise.Reject(FetchFunction.Error(engine, refused.Message));
        }
        catch (JavaScriptException thrown)
        {
            promise.Reject(thrown.Error);
        }

        return promise.Promise;
    }

    /// <summary>Sends the request, or queues it.</summary>
    /// <exception cref="FetchRefusedException">The run has used up its fetches.</exception>
    private void Start(PendingFetch fetch)
    {
        if (++_started > limits.Fetches)
        {
            throw new FetchRefusedException($"a script may call fetch {limits.Fetches} times");
        }

        _undelivered++;
        lock (_gate)
        {
            if (_active >= limits.ParallelFetches)
            {
                _queue.Enqueue(fetch);
                return;
            }

            _active++;
        }

        Launch(fetch);
    }

    /// <summary>Settles the promises of everything that arrived. On the run's own thread.</summary>
    public void Deliver(Engine engine)
    {
        while (_arrived.TryDequeue(out var arrival))
        {
            _undelivered--;
            FetchFunction.Settle(engine, arrival.Fetch, arrival.Outcome);
        }
    }

    /// <summary>Gives up on everything under way.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _cancelled = true;
            _queue.Clear();
        }

        _stop?.Cancel();
    }

    private void Launch(PendingFetch fetch)
    {
        CancellationToken cancellationToken;
        lock (_gate)
        {
            if (_cancelled)
            {
                return;
            }

            _stop ??= new();
            cancellationToken = _stop.Token;
        }

        // The pool's thread belongs to scripts: sending and waiting happen on the thread pool, which never runs one.
        _ = Task.Run(() => Perform(fetch, cancellationToken), CancellationToken.None);
    }

    private async Task Perform(PendingFetch fetch, CancellationToken cancellationToken)
    {
        FetchOutcome outcome;
        try
        {
            outcome = await scripts.Fetcher.Send(fetch.Request, limits, cancellationToken);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Without an outcome the run would wait for its deadline.
            outcome = new FetchOutcome.Failed($"{FetchRequest.Shown(fetch.Request.Url)}: {failure.GetType().Name}");
        }

        _arrived.Enqueue((fetch, outcome));
        PendingFetch? next;
        lock (_gate)
        {
            if (!_queue.TryDequeue(out next))
            {
                _active--;
            }
        }

        if (next is not null)
        {
            Launch(next);
        }

        wake();
    }
}
