using System.Globalization;
using System.Text;
using Uitsmijter.Actors.Cluster.Tests.Histories;
using Uitsmijter.Actors.Cluster.Tests.Invariants;

namespace Uitsmijter.Actors.Cluster.Tests;

/// <summary>What was injected and what was seen, as docs/reliability.md shows it.</summary>
internal sealed class Report(History history, Bounds bounds, IReadOnlyList<Violation> violations)
{
    private static readonly OperationKind[] _forwardAuth = [OperationKind.Ask, OperationKind.AskAsStranger];

    /// <inheritdoc />
    public override string ToString()
    {
        var text = new StringBuilder();
        var length = history.Operations.Max(static operation => operation.End);
        Line(text, $"{history.Operations.Count} operations in {length.TotalSeconds:F0} s");
        Line(text, $"\n| Operation | Granted | Refused | 5xx | No answer | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|--:|--:|");
        foreach (var kind in history.Operations.GroupBy(static operation => operation.Kind).OrderBy(static kind => kind.Key))
        {
            var times = kind.Select(static operation => (operation.End - operation.Start).TotalMilliseconds).Order().ToList();
            Line(text, $"| {kind.Key} | {Count(kind, Outcome.Granted)} | {Count(kind, Outcome.Refused)} | {Count(kind, Outcome.Unavailable)} | {Count(kind, Outcome.Unknown)} | {times[times.Count / 2]:F0} | {times[times.Count * 99 / 100]:F0} |");
        }

        Line(text, $"\n| Fault | Whom | From s | To s | Forward-auth: asked, 5xx, no answer | The rest: asked, 5xx, no answer | Last failure after the beginning, s |\n|---|---|--:|--:|---|---|--:|");
        foreach (var fault in history.Faults.Where(static fault => fault.Kind != FaultKind.Busy))
        {
            WriteFault(text, fault);
        }

        Line(text, $"\nThe machine had no turn for the test for more than a second {history.Faults.Count(static fault => fault.Kind == FaultKind.Busy)} times.");

        Line(text, $"\n| Invariant | Violations |\n|---|--:|");
        foreach (var invariant in All.Of(bounds))
        {
            Line(text, $"| {invariant.Number} {invariant.GetType().Name} | {violations.Count(violation => violation.Invariant == invariant.Number)} |");
        }

        return text.ToString();
    }

    // Up to the end of its recovery, or to the next fault where that comes first.
    private void WriteFault(StringBuilder text, Fault fault)
    {
        var next = history.Faults.Where(other => other.Kind != FaultKind.Busy && other.Start > fault.Start).Select(static other => other.Start).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        var to = fault.End + bounds.Recovery < next ? fault.End + bounds.Recovery : next;
        var around = history.Operations.Where(operation => operation.Start >= fault.Start && operation.Start < to && operation.Kind != OperationKind.Configure && !operation.IsDirect).ToList();
        var last = around.Where(static operation => operation.Outcome is Outcome.Unavailable or Outcome.Unknown).Select(operation => (operation.Start - fault.Start).TotalSeconds).DefaultIfEmpty(0).Max();
        Line(text, $"| {fault.Kind} | {fault.Target} | {fault.Start.TotalSeconds:F0} | {fault.End.TotalSeconds:F0} | {Counts(around, isForwardAuth: true)} | {Counts(around, isForwardAuth: false)} | {last:F1} |");
    }

    private static string Counts(List<Operation> operations, bool isForwardAuth)
    {
        var some = operations.Where(operation => _forwardAuth.Contains(operation.Kind) == isForwardAuth).ToList();
        return $"{some.Count}, {Count(some, Outcome.Unavailable)}, {Count(some, Outcome.Unknown)}";
    }

    private static int Count(IEnumerable<Operation> operations, Outcome outcome) => operations.Count(operation => operation.Outcome == outcome);

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
