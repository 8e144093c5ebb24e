using Uitsmijter.Actors.Cluster.Tests.Histories;

namespace Uitsmijter.Actors.Cluster.Tests.Invariants;

/// <summary>8. While storage is down new logins fail clearly and existing sessions keep working up to STALE_LIMIT; nothing ever fails open.</summary>
internal sealed class NothingFailsOpen(Bounds bounds) : IInvariant
{
    /// <summary>Of a session that was turned away for the moment. The first question of a session at a tenant with a key pair asks a silo for a signature, which may have to read the key ring.</summary>
    public const string NotServed = "a session was not served although its gateway knew enough to decide";

    /// <inheritdoc />
    public int Number => 8;

    /// <inheritdoc />
    public IEnumerable<Violation> Check(History history)
    {
        var endings = new Endings(history, bounds);
        foreach (var operation in history.Operations)
        {
            if (WhyWrong(history, endings, operation) is { } sentence)
            {
                yield return Violation.Of(Number, sentence, history, operation);
            }
        }
    }

    private string? WhyWrong(History history, Endings endings, Operation operation) => operation switch
    {
        { Kind: OperationKind.AskAsStranger, Outcome: Outcome.Granted } => "a stranger was let in",
        { Kind: OperationKind.Ask, Outcome: Outcome.Refused } when !endings.MayHaveEnded(operation) => "a session that nothing ended was turned away",
        { Kind: OperationKind.Ask, Outcome: Outcome.Unavailable } when Young(history, operation) => NotServed,
        { Kind: OperationKind.LogIn, Outcome: Outcome.Granted } when Down(history, operation) => "somebody was logged in while storage was down",

        // Each of them writes before it gives; a refresh within its grace gives again what was written.
        { Kind: OperationKind.Authorize or OperationKind.Redeem or OperationKind.Poll or OperationKind.UsePushed, Outcome: Outcome.Granted } when Down(history, operation) =>
            $"{operation.Kind} was granted while storage was down",
        { Kind: OperationKind.LogIn, Outcome: Outcome.Unknown } when Down(history, operation) => "a login while storage was down had no answer",
        _ => null,
    };

    // Down for certain: who starts and ends storage notices late on a busy machine that it works again.
    private bool Down(History history, Operation operation) =>
        history.Faults.Any(fault => fault.IsStorageDown && operation.Start > fault.Start + bounds.Slack && operation.End < fault.End - bounds.Slack);

    // Storage went down within STALE_LIMIT, and nothing else is wrong: forward-auth asks nobody.
    private bool Young(History history, Operation operation)
    {
        var around = history.Faults.Where(fault => fault.Start < operation.End && fault.End + bounds.Recovery > operation.Start).ToList();
        return around is [{ IsStorageDown: true } only] && operation.Start >= only.Start && operation.End < only.Start + bounds.Stale - bounds.Slack;
    }
}
