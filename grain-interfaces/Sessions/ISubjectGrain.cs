using System.Collections.Immutable;

namespace Uitsmijter.Actors.GrainInterfaces.Sessions;

/// <summary>
/// What a subject has open at a tenant: sessions, and grants that outlive them. Key: tenant name; any number of activations, which hold nothing: the record
/// lies in storage under a keyed hash of the subject, and every change is a conditional write.
/// </summary>
[Alias("uitsmijter.subject")]
public interface ISubjectGrain : IGrainWithStringKey
{
    /// <summary>Lists what is alive, by asking each session; what has gone leaves the list.</summary>
    /// <param name="subject">The subject, exactly as the provider committed it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("look"), Idempotent]
    Task<SubjectView> Look(string subject, CancellationToken cancellationToken);

    /// <summary>Ends one session of the subject. In the revocation feed before it returns.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="sid">The session.</param>
    /// <param name="reason">Why, for the audit record.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>False when it is no living session of this subject; nothing happened then.</returns>
    [Alias("end")]
    Task<bool> End(string subject, string sid, SessionEnd reason, CancellationToken cancellationToken);

    /// <summary>Ends one grant that outlives its session, and every token of it.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="grantId">The grant.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>False when it is no such grant of this subject; nothing happened then.</returns>
    [Alias("revoke")]
    Task<bool> Revoke(string subject, string grantId, CancellationToken cancellationToken);

    /// <summary>
    /// Signs the subject out everywhere: every session, every grant, also those with <c>offline_access</c>, all in the revocation feed before it returns. A login that
    /// was reported before the call is over after it, and nothing that rests on such a login begins any more. Where it fails some may have ended; repeating it is harmless.
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="cancellationToken">Stops waiting, not the writes.</param>
    [Alias("sign-out")]
    Task<SignedOut> SignOut(string subject, CancellationToken cancellationToken);
}

/// <summary>What a subject has open.</summary>
/// <param name="Sessions">Living sessions, the newest first.</param>
/// <param name="Grants">Grants that outlive their session, the newest first.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.subject-view")]
public sealed record SubjectView([property: Id(0)] ImmutableArray<Session> Sessions, [property: Id(1)] ImmutableArray<OfflineGrant> Grants);

/// <summary>A grant that outlives its session.</summary>
/// <param name="Id">Grant id; opens nothing by itself.</param>
/// <param name="Client">The client that has it.</param>
/// <param name="Begun">When it was given.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.offline-grant")]
public sealed record OfflineGrant([property: Id(0)] string Id, [property: Id(1)] Guid Client, [property: Id(2)] DateTimeOffset Begun);

/// <summary>What a sign-out ended.</summary>
/// <param name="Sessions">How many sessions.</param>
/// <param name="Grants">How many grants that outlive a session.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.signed-out")]
public sealed record SignedOut([property: Id(0)] int Sessions, [property: Id(1)] int Grants);
