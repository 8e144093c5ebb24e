using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>What a session does about the list of its subject: it is put there before it is open, and taken off once it is over.</summary>
internal static partial class SubjectLists
{
    /// <summary>The session's line in the list.</summary>
    /// <param name="sid">Session id.</param>
    /// <param name="state">The session.</param>
    public static SubjectSession EntryOf(string sid, SessionState state) =>
        new() { Sid = sid, Begun = state.AuthTime, Ends = state.AbsoluteEnd, HasNoCookie = state.HasNoCookie };

    /// <summary>Counts a session that is open now, and ends the oldest of a subject that has too many. One that cannot be ended stays in the list, and its turn comes with the next login.</summary>
    /// <param name="displaced">The sessions.</param>
    /// <param name="by">The one that began.</param>
    /// <param name="grains">Reaches them.</param>
    /// <param name="subjects">The list.</param>
    /// <param name="logger">Where failures are noted.</param>
    public static async Task Displace(ImmutableArray<string> displaced, SessionState by, IGrainFactory grains, SubjectSessions subjects, ILogger logger)
    {
        subjects.Activity.Begun(by.Tenant);
        if (displaced.IsEmpty)
        {
            return;
        }

        try
        {
            await Task.WhenAll(displaced.Select(sid => grains.GetGrain<ISessionGrain>(sid).End(by.Tenant, SessionEnd.Displaced, CancellationToken.None)));
            LogDisplaced(logger, by.Tenant, displaced.Length);
            // Also those whose record was gone, and which could not do it themselves.
            await subjects.Forget(by.Tenant, by.Subject, displaced);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogNotSettled(logger, by.Tenant, failure);
        }
    }

    /// <summary>Counts a session that is over, which whoever calls has just made durable. One that had ended before it was forgotten was counted then.</summary>
    /// <param name="state">The session.</param>
    /// <param name="subjects">The counts.</param>
    public static void Count(SessionState state, SubjectSessions subjects) =>
        subjects.Activity.Ended(state.Tenant, (state.Given ?? []).Select(static given => given.Client));

    /// <summary>Takes a session that is over off the list. Where that fails the list heals when it is looked at.</summary>
    /// <param name="sid">Session id.</param>
    /// <param name="state">The session.</param>
    /// <param name="subjects">The list.</param>
    /// <param name="logger">Where failures are noted.</param>
    public static async Task TryForget(string sid, SessionState state, SubjectSessions subjects, ILogger logger)
    {
        if (state.EndedWhy == SessionEnd.SignedOutEverywhere)
        {
            // Whoever signs out takes them all off at once.
            return;
        }

        try
        {
            await subjects.Forget(state.Tenant, state.Subject, sid);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogNotSettled(logger, state.Tenant, failure);
        }
    }

    [LoggerMessage(EventId = 3204, Level = LogLevel.Warning, Message = "A list of the sessions of a subject of tenant {Tenant} could not be brought up to date; it heals when it is used")]
    private static partial void LogNotSettled(ILogger logger, string tenant, Exception failure);

    [LoggerMessage(EventId = 3205, Level = LogLevel.Information, Message = "A subject of tenant {Tenant} had too many sessions: {Count} of the oldest ended")]
    private static partial void LogDisplaced(ILogger logger, string tenant, int count);
}
