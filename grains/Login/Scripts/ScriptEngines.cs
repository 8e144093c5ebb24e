using System.Globalization;
using Jint;
using Jint.Native;
using Jint.Runtime.Interop;
using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>Makes the fresh engine of each run. Everything that can be shared is in one options object; nothing of a run ever is.</summary>
internal sealed class ScriptEngines
{
    private readonly Options _options;

    /// <summary>Prepares what all engines have in common.</summary>
    public ScriptEngines(ScriptLimits limits)
    {
        Limits = limits.Checked();
        _options = new Options
        {
            Strict = false,
            Culture = CultureInfo.InvariantCulture,
            AgentCanSuspend = false,
            RetainFunctionSourceText = false,
        };
        _options.Host.StringCompilationAllowed = false;
        _options.Interop.Enabled = false;
        _options.Interop.AllowWrite = false;
        _options.Constraints.StackOverflowGuard = true;
        _options.Constraints.MaxAtomicsPauseIterations = 1;
        _options
            .Constraint(static () => new RunBudget())
            // Refilled at each entry, so the budget above is the limit that counts; but only this one sees what a deferred
            // concatenation of strings is going to cost before it is read.
            .LimitMemory(limits.Memory)
            .LimitRecursion(limits.Recursion)
            .MaxArraySize((uint)limits.ArraySize)
            .MaxJsonParseDepth(limits.JsonDepth)
            .RegexTimeoutInterval(limits.Regex);
        AddHostFunctions(_options);
        _options.Configure(new GuardedBuiltIns(limits).Install);
    }

    /// <summary>The limits every run has.</summary>
    public ScriptLimits Limits { get; }

    /// <summary>A fresh engine for a run.</summary>
    /// <param name="run">The run its functions talk to.</param>
    /// <param name="budget">What the run may use.</param>
    public Engine Make(ScriptRun run, out RunBudget budget)
    {
        var engine = new Engine(_options);
        engine.Advanced.HostDefined = run;
        budget = engine.Constraints.Find<RunBudget>()!;
        return engine;
    }

    /// <summary>Adds our functions lazily: most scripts use two of them.</summary>
    private static void AddHostFunctions(Options options)
    {
        Add(options, HostFunctionNames.Commit, static run => run.Commit, 1);
        Add(options, HostFunctionNames.Fetch, static run => run.Fetch, 1);
        Add(options, HostFunctionNames.Say, static run => arguments => run.Console.Write(LogLevel.Information, arguments), 0);
        Add(options, HostFunctionNames.Md5, static run => run.Hashes.Md5, 1);
        Add(options, HostFunctionNames.Sha256, static run => run.Hashes.Sha256, 1);
        options.AddLazyGlobal(HostFunctionNames.Console, static engine => MakeConsole(engine));
    }

    private static void Add(Options options, string name, Func<ScriptRun, Func<JsValue[], JsValue>> function, int length) =>
        options.AddLazyGlobal(name, engine =>
        {
            var call = function(RunOf(engine));
            return new ClrFunction(engine, name, (_, arguments) => call(arguments), length);
        });

    private static JsObject MakeConsole(Engine engine)
    {
        var console = RunOf(engine).Console;
        ClrFunction Writer(string name, LogLevel level) => new(engine, name, (_, arguments) => console.Write(level, arguments));

        return JsObject.CreateFromEntries(engine,
        [
            new("log", Writer("log", LogLevel.Information)),
            new("info", Writer("info", LogLevel.Information)),
            new("warn", Writer("warn", LogLevel.Warning)),
            new("error", Writer("error", LogLevel.Error)),
            new("debug", Writer("debug", LogLevel.Debug)),
        ]);
    }

    private static ScriptRun RunOf(Engine engine) => (ScriptRun)engine.Advanced.HostDefined!;
}
