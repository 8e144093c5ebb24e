using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Sessions;

/// <summary>What a subject's record says after something happened (OWASP ASVS 7.1.2, 7.4.2, 7.5.2). Pure: the instant is a parameter.</summary>
public static class SubjectRules
{
    /// <summary>Sessions of one kind, with a cookie or without, a subject can have at one tenant; the next one ends the oldest.</summary>
    public const int MostSessions = 250;

    /// <summary>Grants with <c>offline_access</c> a subject can have at one tenant; the next one ends the oldest.</summary>
    public const int MostGrants = 250;

    /// <summary>How long a sign-out is remembered: whatever began before it and could still become a grant, a code or a device that waits, is over by then.</summary>
    private static readonly TimeSpan _signOutMatters = TimeSpan.FromDays(1);

    /// <summary>The record with one session more.</summary>
    /// <param name="record">The record.</param>
    /// <param name="session">The session that begins.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The record, and the sessions that have to end for it. They stay in it until they have ended: nothing alive is ever forgotten.</returns>
    public static (SubjectRecord Record, ImmutableArray<string> Displaced) Opened(SubjectRecord record, SubjectSession session, DateTimeOffset now)
    {
        var known = Swept(record, now);
        var next = known with { Sessions = [.. known.Sessions.Where(each => each.Sid != session.Sid), session] };
        var same = next.Sessions.Where(each => each.HasNoCookie == session.HasNoCookie).ToList();
        return (next, [.. same.Take(Math.Max(0, same.Count - MostSessions)).Select(static each => each.Sid)]);
    }

    /// <summary>The record with one grant more; null when the login it rests on is older than the last sign-out, so that it must not begin.</summary>
    /// <param name="record">The record.</param>
    /// <param name="grant">The grant that begins.</param>
    /// <param name="authTime">When the person logged in for it.</param>
    /// <param name="now">The instant.</param>
    /// <returns>The record, and the grants that have to end for it.</returns>
    public static (SubjectRecord Record, ImmutableArray<string> Displaced)? Kept(SubjectRecord record, SubjectGrant grant, DateTimeOffset authTime, DateTimeOffset now)
    {
        if (record.SignedOut >= authTime.ToUnixTimeMilliseconds())
        {
            return null;
        }

        var known = Swept(record, now);
        var next = known with { Grants = [.. known.Grants.Where(each => each.Id != grant.Id), grant] };
        return (next, [.. next.Grants.Take(Math.Max(0, next.Grants.Count - MostGrants)).Select(static each => each.Id)]);
    }

    /// <summary>The record once sessions and grants are over; the same object when it named none of them.</summary>
    /// <param name="record">The record.</param>
    /// <param name="ended">Ids of both.</param>
    /// <param name="now">The instant.</param>
    public static SubjectRecord Without(SubjectRecord record, IReadOnlyCollection<string> ended, DateTimeOffset now)
    {
        var known = Swept(record, now);
        var next = known with
        {
            Sessions = [.. known.Sessions.Where(session => !ended.Contains(session.Sid))],
            Grants = [.. known.Grants.Where(grant => !ended.Contains(grant.Id))],
        };
        return next.Sessions.Count == record.Sessions.Count && next.Grants.Count == record.Grants.Count ? record : next;
    }

    /// <summary>The record once the sign-out is decided: from now on nothing that began before it can be added; what is in it has to be ended.</summary>
    /// <param name="record">The record.</param>
    /// <param name="now">The instant.</param>
    public static SubjectRecord SignedOut(SubjectRecord record, DateTimeOffset now) => Swept(record, now) with { SignedOut = now.ToUnixTimeMilliseconds() };

    /// <summary>Without what has ended by itself.</summary>
    private static SubjectRecord Swept(SubjectRecord record, DateTimeOffset now)
    {
        var (instant, forgotten) = (now.ToUnixTimeMilliseconds(), (now - _signOutMatters).ToUnixTimeMilliseconds());
        return record with
        {
            Sessions = [.. record.Sessions.Where(session => session.Ends > instant)],
            Grants = [.. record.Grants.Where(grant => grant.Ends > instant)],
            SignedOut = record.SignedOut > forgotten ? record.SignedOut : null,
        };
    }
}
