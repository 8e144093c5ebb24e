using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// One question to one tenant's scripts, from the first statement to the last getter, in an engine of its own. It computes in turns on
/// the pool's threads and holds none while it waits for <c>fetch</c>. Its answer is given once: by the script, by the deadline, or by
/// whoever cancels; a thread that is still busy then only has to find its way out.
/// </summary>
internal sealed class ScriptRun : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<ScriptResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Rejections _rejections = new();
    private readonly ScriptPool _pool;
    private readonly ScriptEngines _engines;
    private readonly ScriptTask _task;
    private readonly Redaction _redaction;
    private readonly Commitments _commitments;
    private readonly RunFetches _fetches;
    private readonly ITimer _deadline;
    private bool _scheduled = true;
    private bool _left;
    private volatile bool _stopped;
    private PoolWorker? _worker;
    private Engine? _engine;
    private RunBudget? _budget;
    private ObjectInstance? _provider;
    private long _reported;

    /// <summary>Prepares a run; <see cref="ScriptPool.Schedule"/> starts it.</summary>
    /// <param name="pool">The pool with a place taken for it.</param>
    /// <param name="share">That place.</param>
    /// <param name="engines">Makes its engine.</param>
    /// <param name="task">The question.</param>
    /// <param name="time">Measures the deadline.</param>
    public ScriptRun(ScriptPool pool, TenantShare share, ScriptEngines engines, ScriptTask task, TimeProvider time)
    {
        (_pool, Share, _engines, _task) = (pool, share, engines, task);
        _redaction = new(task.Secrets);
        _commitments = new(engines.Limits);
        Console = new(task.Log, engines.Limits, _redaction);
        Hashes = new(_redaction);
        _fetches = new(task.Scripts, engines.Limits, Wake);
        _deadline = time.CreateTimer(
            static run => ((ScriptRun)run!).Stop(ScriptFailure.TimedOut, "The script did not commit in time."),
            this, engines.Limits.Time, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The tenant's part of the pool.</summary>
    public TenantShare Share { get; }

    /// <summary>Where the script's own lines go.</summary>
    public ScriptConsole Console { get; }

    /// <summary><c>md5</c> and <c>sha256</c>.</summary>
    public HashFunctions Hashes { get; }

    /// <summary>The end of the run; never faults.</summary>
    public Task<ScriptResult> Result => _result.Task;

    /// <summary>Ends the run from outside; without effect when it has ended.</summary>
    public void Stop(ScriptFailure failure, string message)
    {
        _result.TrySetResult(new ScriptResult.Failed(failure, message));
        End();
    }

    /// <summary>Computes on a thread of the pool until the script is done or waits.</summary>
    public void TakeTurn(PoolWorker worker)
    {
        _worker = worker;
        do
        {
            _budget?.Resume();
            try
            {
                Compute();
            }
            catch (Exception failure)
            {
                // The thread must survive whatever a script or the interpreter does; what is no known failure of scripts is one of ours.
                _result.TrySetResult(Explain(failure));
            }
            finally
            {
                Report();
                _budget?.Pause();
            }
        }
        while (!Rest());
    }

    /// <summary><c>commit</c>.</summary>
    public JsValue Commit(JsValue[] arguments)
    {
        if (!_commitments.Take(_engine!, arguments))
        {
            Console.Remark(LogLevel.Warning, "commit was called again; the first call counts");
        }

        return JsValue.Null;
    }

    /// <summary><c>fetch</c>.</summary>
    public JsValue Fetch(JsValue[] arguments) => _fetches.Call(_engine!, arguments);

    /// <inheritdoc />
    public void Dispose() => End();

    private void Compute()
    {
        if (_stopped)
        {
            return;
        }

        if (_engine is null)
        {
            Begin();
        }
        else
        {
            _fetches.Deliver(_engine);
            _engine.Advanced.ProcessTasks();
        }

        Conclude();
    }

    private void Begin()
    {
        var prepared = _task.Scripts.Prepared;
        _engine = _engines.Make(this, out _budget);
        _budget.Bind(_engines.Limits, CheckIn);
        _engine.Advanced.PromiseRejectionTracker += _rejections.Track;
        _engine.Execute(prepared);
        var constructor = ProviderClasses.Find(_engine, _task.ClassName);
        if (constructor is null)
        {
            _result.TrySetResult(new ScriptResult.Failed(
                ScriptFailure.ClassMissing, $"The scripts declare no class {_task.ClassName}."));
            return;
        }

        var argument = JsObject.CreateFromEntries(_engine, _task.Arguments.Select(
            static pair => KeyValuePair.Create<string, JsValue>(pair.Key, JsString.Create(pair.Value))));
        _provider = _engine.Construct(constructor, [argument]);
        _engine.Advanced.ProcessTasks();
    }

    /// <summary>The job queue is empty: is there an answer, will there be one, or never?</summary>
    private void Conclude()
    {
        if (_result.Task.IsCompleted)
        {
            return;
        }

        _budget!.Check();
        if (_commitments.Done)
        {
            if (_commitments.Subject() is { } subject)
            {
                _redaction.Add(subject);
            }

            _rejections.Report(Console);
            _result.TrySetResult(Answers.Read(
                _engine!, _provider!, _task.ClassName, _commitments, _engines.Limits, Console));
        }
        else if (_rejections.First is { } reason)
        {
            _result.TrySetResult(Failed(ScriptFailure.Threw, "A promise was rejected: " + ScriptErrors.Describe(reason)));
        }
        else if (!_fetches.AnyPending)
        {
            _result.TrySetResult(new ScriptResult.Failed(
                ScriptFailure.NeverCommitted, "The script has nothing left to do and did not call commit."));
        }
    }

    /// <summary>The budget asks often whether the run may go on.</summary>
    private void CheckIn()
    {
        if (_stopped)
        {
            throw new ScriptStoppedException();
        }

        if (Report() > _pool.Limits.MemoryPerTenant)
        {
            throw new ScriptLimitException("The tenant's running scripts together use too much memory.");
        }

        _pool.CheckIn(_worker!);
    }

    /// <summary>Tells the tenant's share what was allocated since the last time.</summary>
    private long Report()
    {
        var allocated = _budget?.Allocated ?? 0;
        var sum = Share.AddMemory(allocated - _reported);
        _reported = allocated;
        return sum;
    }

    /// <summary>A fetch is back: ask for a thread, unless the run has one or has ended.</summary>
    private void Wake()
    {
        lock (_gate)
        {
            if (_scheduled || _left)
            {
                return;
            }

            _scheduled = true;
        }

        _pool.Schedule(this);
    }

    /// <summary>The turn is over: true to leave the thread, false to go on because something arrived meanwhile.</summary>
    private bool Rest()
    {
        if (!_result.Task.IsCompleted)
        {
            lock (_gate)
            {
                // Whoever stopped the run since then saw it at work and left its place for this thread to give back.
                if (!_stopped)
                {
                    _scheduled = _fetches.AnyArrived;
                    return !_scheduled;
                }
            }
        }

        End(atRest: true);
        return true;
    }

    /// <summary>Stops everything; the place is given back once no thread works on the run.</summary>
    private void End(bool atRest = false)
    {
        _stopped = true;
        _deadline.Dispose();
        _fetches.Cancel();
        lock (_gate)
        {
            if (_left || (_scheduled && !atRest))
            {
                return;
            }

            _left = true;
        }

        Share.AddMemory(-_reported);
        _engine?.Dispose();
        _pool.Leave(Share);
    }

    private ScriptResult.Failed Explain(Exception failure)
    {
        var (kind, message) = ScriptErrors.Explain(failure);
        return Failed(kind, message);
    }

    private ScriptResult.Failed Failed(ScriptFailure failure, string message)
    {
        // A name of one or two letters would only make holes in the sentence.
        foreach (var text in _task.Personal.Where(text => text.Length > 2))
        {
            _redaction.Add(text);
        }

        return new(failure, _redaction.Clean(message, _engines.Limits.LogLineLength));
    }
}
