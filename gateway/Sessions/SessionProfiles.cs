using System.Collections.Concurrent;
using Uitsmijter.Actors.GrainInterfaces.Sessions;

namespace Uitsmijter.Actors.Gateway.Sessions;

/// <summary>
/// Fetches profiles that did not fit into their login cookie or token. Asked only when something is made of the profile, never for a request whose
/// headers are at hand; nothing is kept here, because profiles can be long and callers keep what they made of them.
/// </summary>
internal sealed partial class SessionProfiles(IGrainFactory grains, TimeProvider clock, ILogger<SessionProfiles> logger)
{
    private static readonly TimeSpan _callLimit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Tenant, string Sid, string Subject), Task<ProfileAnswer>> _flights = new();

    /// <summary>The profile of a session; one call for all who ask at once.</summary>
    /// <param name="tenant">The session's tenant.</param>
    /// <param name="sid">The session, from a verified cookie or token.</param>
    /// <param name="subject">Whose it must be: whoever has the shared secret of a tenant can name any session in a token, and ids of sessions stand in logs.</param>
    public Task<ProfileAnswer> Of(string tenant, string sid, string subject)
    {
        if (_flights.TryGetValue((tenant, sid, subject), out var flying))
        {
            return flying;
        }

        var landing = new TaskCompletionSource<ProfileAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var winner = _flights.GetOrAdd((tenant, sid, subject), landing.Task);
        return ReferenceEquals(winner, landing.Task) ? Fly(tenant, sid, subject, landing) : winner;
    }

    private async Task<ProfileAnswer> Fly(string tenant, string sid, string subject, TaskCompletionSource<ProfileAnswer> landing)
    {
        ProfileAnswer answer = new ProfileAnswer.OutOfReach();
        try
        {
            var outcome = await grains.GetGrain<ISessionGrain>(sid).Look(tenant, CancellationToken.None).WaitAsync(_callLimit, clock);
            answer = outcome is SessionOutcome.Alive(var session) && session.Subject == subject ? new ProfileAnswer.Found(session.ProfileJson) : new ProfileAnswer.SessionGone();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogOutOfReach(tenant, failure);
        }
        finally
        {
            _flights.TryRemove((tenant, sid, subject), out _);
            landing.SetResult(answer);
        }

        return answer;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A profile of tenant {Tenant} that did not fit into its cookie or token could not be read from the session; its applications are answered 503 until it can")]
    private partial void LogOutOfReach(string tenant, Exception failure);
}
