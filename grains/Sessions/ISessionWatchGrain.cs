using System.Collections.Immutable;
using Uitsmijter.Actors.GrainInterfaces;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>
/// Remembers when each session has to be looked at again, so that an idle one ends although nobody asks for it, and no record
/// stays behind. Key: shard number, 0 to <see cref="Shards"/> − 1. It calls nobody: <see cref="SessionSweep"/> carries the work.
/// </summary>
[Alias("uitsmijter.session-watch")]
internal interface ISessionWatchGrain : IGrainWithIntegerKey
{
    /// <summary>How many shards there are; part of the stored layout.</summary>
    const int Shards = 4;

    /// <summary>Remembers sessions; durable before it returns.</summary>
    /// <param name="checks">When to look at each.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("register-all"), Idempotent]
    Task RegisterAll(ImmutableArray<SessionCheck> checks, CancellationToken cancellationToken);

    /// <summary>Sessions that are due; each is handed out once a minute until it is settled.</summary>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("due")]
    Task<ImmutableArray<string>> Due(int limit, CancellationToken cancellationToken);

    /// <summary>Notes what became of sessions that were due.</summary>
    /// <param name="checks">When each is due again.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("settle"), Idempotent]
    Task Settle(ImmutableArray<SessionCheck> checks, CancellationToken cancellationToken);
}

/// <summary>When a session is due again.</summary>
/// <param name="Sid">Session id.</param>
/// <param name="Due">The instant, or null when its record is gone.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.check")]
internal sealed record SessionCheck([property: Id(0)] string Sid, [property: Id(1)] DateTimeOffset? Due);
