using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>
/// Counts the attempts at user names straight in storage: a name is tried once in a while, and an activation for it would cost more than the count. What admits
/// an attempt is the conditional write, whichever silo makes it. Where a count stays, the name's <see cref="LoginThrottleGrain"/> is woken to sweep it later.
/// </summary>
internal sealed class NameCounters(
    [FromKeyedServices(StorageNames.Durable)] IGrainStorage storage, ThrottlePolicies policies, IGrainFactory grains, TimeProvider clock)
{
    private const int Attempts = 4;
    private const int Queues = 256;
    private static readonly TimeSpan _conflictWait = TimeSpan.FromSeconds(1);
    private static readonly GrainType _type = GrainType.Create(LoginThrottleGrain.TypeName);

    /// <summary>Parallel attempts at one name stand in line: in one silo they would only lose against each other.</summary>
    private readonly SemaphoreSlim[] _queues = [.. Enumerable.Range(0, Queues).Select(static _ => new SemaphoreSlim(1))];

    /// <summary>Takes one attempt, durably, before it returns.</summary>
    /// <param name="key">The counter, by <see cref="ThrottleKeyRules"/>.</param>
    /// <param name="cancellationToken">Leaves the line; not the write.</param>
    public async Task<NameAttempt> Take(string key, CancellationToken cancellationToken)
    {
        var queue = _queues[(uint)key.GetHashCode(StringComparison.Ordinal) % Queues];
        await queue.WaitAsync(cancellationToken);
        try
        {
            return await TakeAlone(key);
        }
        finally
        {
            queue.Release();
        }
    }

    /// <summary>The attempt was none: a success, or nobody could judge it. Where it cannot be given back, time forgives it; never the other way round.</summary>
    /// <param name="attempt">What was taken.</param>
    /// <param name="clear">True forgets earlier failures too: a right password in a browser that is known for the name.</param>
    public async Task GiveBack(NameAttempt attempt, bool clear)
    {
        try
        {
            for (var again = 0; again < Attempts && !await TryGiveBack(attempt, clear); again++)
            {
                await Read(attempt);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The outcome of the login does not depend on it.
        }

        if (attempt.Record.RecordExists)
        {
            await Keep(attempt);
        }
    }

    /// <summary>The attempt stays counted. Its record leaves storage when nothing is left of it; where nobody can be told, the next attempt at the name sees to it.</summary>
    /// <param name="attempt">What was taken.</param>
    public async Task Keep(NameAttempt attempt)
    {
        try
        {
            await grains.GetGrain<ILoginThrottleGrain>(attempt.Key).SweepLater();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Some hundred bytes stay behind.
        }
    }

    private async Task<NameAttempt> TakeAlone(string key)
    {
        var policy = policies.Of(ThrottleKeyRules.KindOf(key));
        var attempt = new NameAttempt(key, policy);
        for (var again = 0; again < Attempts; again++)
        {
            await Read(attempt);
            switch (ThrottleRules.Take(attempt.Record.State!, policy, clock.GetUtcNow()))
            {
                case ThrottleDecision.Refused refused:
                    return attempt with { Verdict = new ThrottleVerdict(Allowed: false, refused.RetryAfter) };
                case ThrottleDecision.Admitted admitted when await TryWrite(attempt, admitted.Count):
                    return attempt with { Verdict = new ThrottleVerdict(Allowed: true, TimeSpan.Zero) };
            }
        }

        // Another silo is faster every time: no attempt without a durable count.
        return attempt with { Verdict = new ThrottleVerdict(Allowed: false, _conflictWait) };
    }

    private async Task<bool> TryGiveBack(NameAttempt attempt, bool clear)
    {
        var count = ThrottleRules.GiveBack(attempt.Record.State!, attempt.Policy, clear, clock.GetUtcNow());
        return count == ThrottleCount.None ? await TryClear(attempt) : await TryWrite(attempt, count);
    }

    private Task Read(NameAttempt attempt) => storage.ReadStateAsync(LoginThrottleGrain.RecordName, IdOf(attempt), attempt.Record);

    private async Task<bool> TryWrite(NameAttempt attempt, ThrottleCount count)
    {
        try
        {
            attempt.Record.State = count;
            await storage.WriteStateAsync(LoginThrottleGrain.RecordName, IdOf(attempt), attempt.Record);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    private async Task<bool> TryClear(NameAttempt attempt)
    {
        try
        {
            if (attempt.Record.RecordExists)
            {
                await storage.ClearStateAsync(LoginThrottleGrain.RecordName, IdOf(attempt), attempt.Record);
            }

            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }

    private static GrainId IdOf(NameAttempt attempt) => GrainId.Create(_type, IdSpan.Create(attempt.Key));
}

/// <summary>One attempt at a name.</summary>
/// <param name="Key">Its counter.</param>
/// <param name="Policy">The counter's limits.</param>
internal sealed record NameAttempt(string Key, ThrottlePolicy Policy)
{
    /// <summary>Whether it may go on.</summary>
    public ThrottleVerdict Verdict { get; init; } = new(Allowed: false, TimeSpan.Zero);

    /// <summary>The count as this attempt left it in storage, and its version.</summary>
    public GrainState<ThrottleCount> Record { get; } = new(ThrottleCount.None);
}
