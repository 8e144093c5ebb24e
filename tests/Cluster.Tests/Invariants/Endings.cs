using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>When sessions and grants ended, for certain and perhaps.</summary>
internal sealed class Endings
{
    private const string Pending = "authorization_pending";
    private const string SlowDown = "slow_down";

    private readonly History _history;
    private readonly Bounds _bounds;
    private readonly Dictionary<string, TimeSpan> _perhaps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Operation> _certain = new(StringComparer.Ordinal);

    /// <summary>Reads a history.</summary>
    public Endings(History history, Bounds bounds)
    {
        (_history, _bounds) = (history, bounds);
        foreach (var operation in history.Operations)
        {
            switch (operation.Kind)
            {
                case OperationKind.LogOut:
                    Note(operation.Owner.Session, operation);
                    break;
                case OperationKind.Revoke:
                    Note(operation.Grant, operation);
                    break;
            }
        }

        NoteReplays(OperationKind.Redeem);
        NoteReplays(OperationKind.Poll);
        NoteReuse();
    }

    /// <summary>Sessions and grants whose end was reported, with the operation that reported it.</summary>
    public IReadOnlyDictionary<string, Operation> Certain => _certain;

    /// <summary>Whether anything may have ended what an operation rests on before it was answered.</summary>
    public bool MayHaveEnded(Operation operation) => Before(operation.Owner.Session, operation) || Before(operation.Grant, operation);

    /// <summary>
    /// Whether a grant of something ended is too late to be excused: past the short bound with nothing wrong meanwhile, or past STALE_LIMIT whatever is
    /// wrong.
    /// </summary>
    /// <param name="ended">The operation that reported the end.</param>
    /// <param name="granted">The one that was granted afterwards.</param>
    public bool IsTooLate(Operation ended, Operation granted)
    {
        var age = granted.Start - ended.End;
        return age > _bounds.Stale + _bounds.Slack
            || (age > _bounds.Revocation && !_history.IsDisturbed(granted.Start - _bounds.Revocation, granted.Start, _bounds.Recovery));
    }

    private void Note(string? what, Operation operation)
    {
        if (what is null)
        {
            return;
        }

        Perhaps(what, operation.Start);
        if (operation.Outcome == Outcome.Granted)
        {
            Certainly(what, operation);
        }
    }

    private void Perhaps(string what, TimeSpan at)
    {
        if (!_perhaps.TryGetValue(what, out var known) || at < known)
        {
            _perhaps[what] = at;
        }
    }

    // The second use of a code revokes what the first one gave (RFC 6749 §4.1.2).
    private void NoteReplays(OperationKind kind)
    {
        foreach (var uses in _history.Of(kind).Where(static use => use.Used is not null && use.Reason is not (Pending or SlowDown)).GroupBy(static use => use.Used))
        {
            if (uses.OrderBy(static use => use.Start).Skip(1).FirstOrDefault() is { Grant: { } grant } second)
            {
                Perhaps(grant, second.Start);
            }
        }
    }

    // A refresh token that comes again after its grace ends its family, for certain where it was refused; one that comes twice at once may, when the clocks disagree.
    private void NoteReuse()
    {
        foreach (var uses in _history.Of(OperationKind.Refresh).Where(static use => use.Grant is not null).GroupBy(static use => (use.Grant, use.Used)))
        {
            if (uses.OrderBy(static use => use.Start).Skip(1).FirstOrDefault() is { } second)
            {
                Perhaps(uses.Key.Grant!, second.Start);
            }

            var rotated = uses.Where(static use => use.Outcome == Outcome.Granted).Select(static use => (TimeSpan?)use.End).Min();
            if (uses.Where(use => use.Outcome == Outcome.Refused && use.Start > rotated + _bounds.Grace + _bounds.Slack).MinBy(static use => use.End) is { } reuse)
            {
                Certainly(uses.Key.Grant!, reuse);
            }
        }
    }

    private void Certainly(string what, Operation by)
    {
        if (!_certain.TryGetValue(what, out var known) || by.End < known.End)
        {
            _certain[what] = by;
        }
    }

    private bool Before(string? what, Operation operation) => what is not null && _perhaps.TryGetValue(what, out var at) && at <= operation.End;
}
