using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <inheritdoc cref="ILogoutDeliveryGrain"/>
/// <remarks>
/// At least once: a process that dies between a client's answer and the write tells it again, with another <c>jti</c>. Attempts go out together
/// and each has a short time, so one silent client holds up neither the others nor the grain.
/// </remarks>
[GrainType("logout-delivery")]
[CollectionAgeLimit(Minutes = 2)]
internal sealed partial class LogoutDeliveryGrain(
    [PersistentState("logout-delivery", StorageNames.Durable)] IPersistentState<LogoutDeliveryState> record,
    LogoutPost post,
    Revocations revocations,
    TimeProvider clock,
    ILogger<LogoutDeliveryGrain> logger) : Grain, ILogoutDeliveryGrain, IRemindable
{
    private const string ReminderName = "deliver";
    private const int WriteAttempts = 4;

    /// <summary>The shortest period Orleans' reminders have.</summary>
    private static readonly TimeSpan _period = TimeSpan.FromMinutes(1);

    private readonly CheckedState<LogoutDeliveryState> _stored = new(record, clock);

    private string Sid => this.GetPrimaryKeyString();

    /// <inheritdoc />
    public async Task Announce(LogoutNotice notice, CancellationToken cancellationToken)
    {
        // The reminder first: one without a record takes itself away, a record without one would never be looked at.
        await this.RegisterOrUpdateReminder(ReminderName, _period, _period, cancellationToken);
        for (var attempt = 1; attempt <= WriteAttempts; attempt++)
        {
            var state = await _stored.Read();
            var next = state.With(notice, clock.GetUtcNow());
            if (ReferenceEquals(next, state) || await _stored.TryWrite(next))
            {
                return;
            }
        }

        throw new InvalidOperationException("The announcement of a logout kept changing; ask again.");
    }

    /// <inheritdoc />
    public Task Deliver() => TellAsync(isEnded: true);

    /// <inheritdoc />
    public Task ReceiveReminder(string reminderName, TickStatus status) => TellAsync(isEnded: false);

    /// <param name="isEnded">True where the session says so itself, after its end is durable: the mirror may hear of it a moment later.</param>
    private async Task TellAsync(bool isEnded)
    {
        await record.ReadStateAsync();
        var (state, now) = (record.State, clock.GetUtcNow());
        if (state.Clients.Count == 0)
        {
            await FinishAsync();
            return;
        }

        if (!isEnded && !state.IsExpired && !await revocations.IsRevoked(RevocationKind.Session, Sid, CancellationToken.None))
        {
            if (now >= state.Announced + LogoutDeliveryRules.Pending)
            {
                await FinishAsync();
            }

            return;
        }

        var due = state.Clients.Where(client => client.NextAt <= now.ToUnixTimeMilliseconds()).ToList();
        if (due.Count == 0)
        {
            return;
        }

        var results = await Task.WhenAll(due.Select(client => post.Tell(Sid, state, client)));
        await SettleAsync(state, due.Zip(results).ToDictionary(static pair => pair.First.Client, static pair => pair.Second));
    }

    private async Task SettleAsync(LogoutDeliveryState state, Dictionary<Guid, LogoutResult> results)
    {
        var now = clock.GetUtcNow();
        List<PendingClient> left = [];
        List<Guid> done = [.. state.Done];
        foreach (var client in state.Clients)
        {
            switch (results.GetValueOrDefault(client.Client))
            {
                case LogoutResult.Delivered:
                    LogoutMetrics.Delivered(state.Tenant);
                    done.Add(client.Client);
                    break;
                case LogoutResult.Unwanted:
                    done.Add(client.Client);
                    break;
                case LogoutResult.Failed(var problem) when LogoutDeliveryRules.IsOver(client.Failures + 1, state.Announced, now):
                    LogoutMetrics.GivenUp(state.Tenant);
                    LogGivenUp(logger, client.ClientId, state.Tenant, client.Failures + 1, problem);
                    done.Add(client.Client);
                    break;
                case LogoutResult.Failed:
                    LogoutMetrics.Retried(state.Tenant);
                    left.Add(client.Failed(now));
                    break;
                default:
                    left.Add(client);
                    break;
            }
        }

        if (left.Count == 0)
        {
            await FinishAsync();
        }
        else if (!await _stored.TryWrite(state with { Clients = left, Done = done }))
        {
            // Another activation told them too: the next tick goes by what storage says.
            DeactivateOnIdle();
        }
    }

    private async Task FinishAsync()
    {
        if (await _stored.TryClear() && await this.GetReminder(ReminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    [LoggerMessage(EventId = 3204, Level = LogLevel.Warning, Message = "Client {Client} of tenant {Tenant} could not be told of a logout in {Attempts} attempts and is given up: {Problem}")]
    private static partial void LogGivenUp(ILogger logger, string client, string tenant, int attempts, string problem);
}
