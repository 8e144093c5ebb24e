namespace Uitsmijter.Actors.Cluster.Tests.Histories;

/// <summary>Everything that was asked and everything that was done to the cluster. Checkers read it; nothing changes it any more.</summary>
/// <param name="Operations">In the order of their numbers.</param>
/// <param name="Faults">In the order of their beginning.</param>
internal sealed record History(IReadOnlyList<Operation> Operations, IReadOnlyList<Fault> Faults)
{
    /// <summary>Operations of a kind, in order.</summary>
    public IEnumerable<Operation> Of(OperationKind kind) => Operations.Where(operation => operation.Kind == kind);

    /// <summary>
    /// Whether anything was wrong with the cluster in a span, or had been until shortly before it: then the short bounds do not hold, and those for a
    /// gateway that is cut off do.
    /// </summary>
    /// <param name="from">Beginning.</param>
    /// <param name="to">End.</param>
    /// <param name="recovery">How long a fault is felt after its end.</param>
    public bool IsDisturbed(TimeSpan from, TimeSpan to, TimeSpan recovery) => Faults.Any(fault => fault.Start < to && fault.End + recovery > from);

    /// <summary>How much of a span no fault lasted; what is felt of one after its end is not counted as one.</summary>
    /// <param name="from">Beginning.</param>
    /// <param name="to">End.</param>
    public TimeSpan TimeWithoutFaults(TimeSpan from, TimeSpan to)
    {
        var (quiet, at) = (TimeSpan.Zero, from);
        foreach (var fault in Faults.Where(fault => fault.Start < to && fault.End > from).OrderBy(static fault => fault.Start))
        {
            quiet += fault.Start > at ? fault.Start - at : TimeSpan.Zero;
            at = fault.End > at ? fault.End : at;
        }

        return quiet + (to > at ? to - at : TimeSpan.Zero);
    }

    /// <summary>Lines for people: the operations, and the faults around them.</summary>
    /// <param name="operations">Which.</param>
    public string Excerpt(params IEnumerable<Operation> operations)
    {
        var shown = operations.OrderBy(static operation => operation.Start).ToList();
        if (shown.Count == 0)
        {
            return "";
        }

        var (from, to) = (shown[0].Start - TimeSpan.FromSeconds(10), shown.Max(static operation => operation.End));
        return string.Join('\n', shown.Select(static operation => (operation.Start, Line: operation.ToString()))
            .Concat(Faults.Where(fault => fault.Start <= to && fault.End >= from).Select(static fault => (fault.Start, Line: fault.ToString())))
            .OrderBy(static line => line.Start).Select(static line => line.Line));
    }
}
