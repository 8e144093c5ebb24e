using Uitsmijter.Actors.GrainInterfaces.Login;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Asks scripts, one run a question, and counts how it went. One per silo.</summary>
internal sealed class ScriptRunner(ScriptPool pool, ScriptEngines engines, TimeProvider time)
{
    /// <summary>Runs a tenant's scripts; never throws for anything a script does.</summary>
    /// <param name="task">The question.</param>
    /// <param name="cancellationToken">Ends the run at once.</param>
    public async Task<ScriptResult> Run(ScriptTask task, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        var result = await Answer(task, cancellationToken);
        ScriptMetrics.Ran(task, result, time.GetElapsedTime(started));
        return result;
    }

    private async Task<ScriptResult> Answer(ScriptTask task, CancellationToken cancellationToken)
    {
        if (!pool.TryEnter(task.Scripts.Tenant, out var share))
        {
            return new ScriptResult.Failed(ScriptFailure.Busy, "All places for scripts are taken.");
        }

        using var run = new ScriptRun(pool, share, engines, task, time);
        using var cancelled = cancellationToken.UnsafeRegister(
            static run => ((ScriptRun)run!).Stop(ScriptFailure.TimedOut, "Nobody waits for the answer any more."), run);
        pool.Schedule(run);
        return await run.Result;
    }
}
