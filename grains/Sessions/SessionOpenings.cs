using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Sessions;

namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>
/// Opens sessions without waking their grains: the record is written where <see cref="SessionGrain"/> finds it when somebody asks for the session, and most
/// are not asked for until their cookie is renewed.
/// </summary>
internal sealed class SessionOpenings(
    [FromKeyedServices(StorageNames.Durable)] IGrainStorage storage,
    Appointments appointments,
    SubjectSessions subjects,
    IGrainFactory grains,
    TimeProvider clock,
    ILogger<SessionOpenings> logger)
{
    private const int SidBytes = 32;
    private static readonly GrainType _type = GrainType.Create(SessionGrain.TypeName);

    /// <summary>Opens a session under a fresh id; durable before it returns.</summary>
    /// <param name="request">Who logged in, and how long this may last.</param>
    /// <exception cref="InconsistentStateException">The id was taken, which nobody lives to see: no session.</exception>
    public Task<Session> Open(OpenSession request) =>
        // A fresh id at every login: whatever id a browser arrived with is worth nothing afterwards (session fixation, attack group 18). Nobody
        // can have revoked it before it exists.
        Open(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SidBytes)), request);

    /// <summary>Opens a session under an id.</summary>
    /// <inheritdoc cref="Open(OpenSession)" path="/exception"/>
    internal async Task<Session> Open(string sid, OpenSession request)
    {
        var state = SessionState.Of(request, clock.GetUtcNow());

        // What has to know of the session knows it, durably, before it exists: an appointment or a line in a list without a session is settled when
        // somebody looks, a session without them would never be found again.
        var listed = subjects.Open(state.Tenant, state.Subject, SubjectLists.EntryOf(sid, state));
        await Task.WhenAll(appointments.Make(sid, SessionRules.NextCheck(state.Times)), listed);

        // Insert if absent: there is no version to replace.
        await storage.WriteStateAsync(SessionGrain.RecordName, GrainId.Create(_type, IdSpan.Create(sid)), new GrainState<SessionState>(state));
        await SubjectLists.Displace(await listed, state, grains, subjects, logger);
        return state.ToSession(sid);
    }
}
