using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>7. Configuration applied is configuration observed, on all nodes within the bound; what is not valid never replaces what is.</summary>
internal sealed class ConfigurationIsObserved(Bounds bounds) : IInvariant
{
    /// <inheritdoc />
    public int Number => 7;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history)
    {
        var written = history.Of(OperationKind.Configure).Where(static write => write.Version > 0).ToList();
        foreach (var gateway in history.Of(OperationKind.ReadConfiguration).Where(static read => read.Outcome is Outcome.Granted or Outcome.Refused).GroupBy(static read => read.Gateway))
        {
            Operation? newest = null;
            foreach (var read in gateway.OrderBy(static read => read.Start))
            {
                if (read.Outcome == Outcome.Refused)
                {
                    // A version that is not valid takes nothing away either.
                    if (newest is not null)
                    {
                        yield return Violation.Of(Number, $"gateway {read.Gateway} knows nothing of a tenant it worked for by version {newest.Version}", history, [newest, read]);
                    }

                    continue;
                }

                if (WhyWrong(history, written, newest, read) is { } violation)
                {
                    yield return violation;
                }

                newest = newest is null || read.Version > newest.Version ? read : newest;
            }
        }
    }

    private Violation? WhyWrong(History history, List<Operation> written, Operation? newest, Operation read)
    {
        if (written.Find(write => write.Version == read.Version) is not { } source || source.Start > read.End)
        {
            return Violation.Of(Number, $"gateway {read.Gateway} works by version {read.Version}, which was not written, or is not valid", history, read);
        }

        // Restored storage may show an old version until the files are published again.
        var isCalm = !history.IsDisturbed(read.Start - bounds.Configuration, read.Start, bounds.Recovery);
        if (newest is not null && read.Version < newest.Version && newest.End < read.Start
            && (isCalm || !history.Faults.Any(fault => fault.Kind == FaultKind.RedisRestored && fault.Start < read.End)))
        {
            return Violation.Of(Number, $"gateway {read.Gateway} went back from version {newest.Version} to {read.Version}", history, [newest, read]);
        }

        // Short where nothing is wrong; else so much time without a fault that whatever was wrong has been made good.
        bool IsDue(Operation write) => write.End + bounds.Configuration < read.Start
            && (isCalm || history.TimeWithoutFaults(write.End, read.Start) > bounds.Stale + bounds.Recovery);
        return written.FindLast(IsDue) is { } due && read.Version < due.Version
            ? Violation.Of(Number, $"gateway {read.Gateway} works by version {read.Version}, {(read.Start - due.End).TotalSeconds:F1} s after version {due.Version} was written", history, [due, read])
            : null;
    }
}
