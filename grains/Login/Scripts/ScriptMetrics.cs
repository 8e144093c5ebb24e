using System.Diagnostics.Metrics;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>What the scripts of this silo cost and how they fail. Tenants are configured, so their names are a bounded label.</summary>
internal static class ScriptMetrics
{
    /// <summary>Name of the meter; whoever exports metrics listens to it.</summary>
    public const string MeterName = "Uitsmijter.Actors.Login";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "uitsmijter.script.duration", "s", "Time from the question to the answer of a provider script.");

    private static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "uitsmijter.script.failures", "{run}", "Provider script runs that ended without a decision.");

    /// <summary>Counts a finished run.</summary>
    public static void Ran(ScriptTask task, ScriptResult result, TimeSpan duration)
    {
        var tenant = KeyValuePair.Create<string, object?>("tenant", task.Scripts.Tenant);
        var question = KeyValuePair.Create<string, object?>("class", task.ClassName);
        Duration.Record(duration.TotalSeconds, tenant, question);
        if (result is ScriptResult.Failed { Failure: var failure })
        {
            Failures.Add(1, tenant, question, KeyValuePair.Create<string, object?>("reason", failure.ToString()));
        }
    }
}
