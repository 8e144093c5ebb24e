using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// A token whose signature was checked once. It is believed only together with the very tenant and keys it was checked against; its time
/// and its revocation are asked at every request.
/// </summary>
internal sealed class KnownToken
{
    /// <summary>Hosts a token keeps headers for; a browser uses few, and made-up hosts of a wildcard tenant only push each other out.</summary>
    private const int MostHosts = 8;

    private static readonly long _noteEvery = TimeSpan.FromSeconds(10).Ticks;

    private long _unrevokedAt = -1;
    private long _noteAtTicks;
    private volatile HostHeaders[] _hosts = [];

    /// <summary>The tenant and everything prepared for it.</summary>
    public required TenantGate Gate { get; init; }

    /// <summary>The keys it was checked with.</summary>
    public required TenantKeys Keys { get; init; }

    /// <summary>Who it is from.</summary>
    public required IdentityClaims Claims { get; init; }

    /// <summary>What the rules are told.</summary>
    public required Credential Credential { get; init; }

    /// <summary>Session id; empty for a bearer token without a session.</summary>
    public required string Sid { get; init; }

    /// <summary>The access token; null for a cookie.</summary>
    public AccessToken? Bearer { get; init; }

    /// <summary>Whether the token, its grant or its session was revoked. One comparison unless the feed moved since the last time.</summary>
    /// <param name="mirror">The gateway's copy of the feed.</param>
    public bool IsRevoked(RevocationMirror mirror)
    {
        // Read before looking: an entry that arrives meanwhile moves the number once more, and the next request looks again.
        var generation = mirror.Generation;
        if (Interlocked.Read(ref _unrevokedAt) == generation)
        {
            return false;
        }

        if ((Sid.Length > 0 && mirror.IsRevoked(RevocationKind.Session, Sid))
            || (Bearer?.GrantId is { } grant && mirror.IsRevoked(RevocationKind.Grant, grant))
            || (Bearer?.TokenId is { } token && mirror.IsRevoked(RevocationKind.Token, token)))
        {
            return true;
        }

        Interlocked.Exchange(ref _unrevokedAt, generation);
        return false;
    }

    /// <summary>True once in a while: a use of the session should be noted.</summary>
    /// <param name="nowTicks">The instant in UTC ticks.</param>
    public bool ShouldNote(long nowTicks)
    {
        if (Sid.Length == 0 || Volatile.Read(ref _noteAtTicks) > nowTicks)
        {
            return false;
        }

        Volatile.Write(ref _noteAtTicks, nowTicks + _noteEvery);
        return true;
    }

    /// <summary>The headers for a host, if they were made already; the caller looks at their times.</summary>
    /// <param name="host">Normalised.</param>
    public HostHeaders? HeadersFor(string host)
    {
        foreach (var headers in _hosts)
        {
            if (string.Equals(headers.Host, host, StringComparison.Ordinal))
            {
                return headers;
            }
        }

        return null;
    }

    /// <summary>Keeps headers; older ones of the same host go, and beyond the limit the oldest.</summary>
    /// <param name="headers">The headers.</param>
    public void Keep(HostHeaders headers)
    {
        HostHeaders[] before;
        HostHeaders[] after;
        do
        {
            before = _hosts;
            after = [headers, .. before.Where(one => !string.Equals(one.Host, headers.Host, StringComparison.Ordinal)).Take(MostHosts - 1)];
        }
#pragma warning disable CS0420 // Interlocked is the volatile access.
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _hosts, after, before), before));
#pragma warning restore CS0420
    }

    /// <summary>
    /// Takes over headers of the same token as it was known under older keys, where applications still verify them: keys are fetched anew
    /// every few minutes, and a silo should not sign for every session each time.
    /// </summary>
    /// <param name="older">The same token before.</param>
    public void Adopt(KnownToken older)
    {
        if (ReferenceEquals(older.Gate, Gate) && StillVerify(older.Keys))
        {
            _hosts = older._hosts;
        }
    }

    private bool StillVerify(TenantKeys older) => Gate.Tenant.Algorithm == SigningAlgorithm.HS256
        ? Keys.SharedSecrets.Length > 0 && older.SharedSecrets.Length > 0 && Keys.SharedSecrets[0].Key.AsSpan().SequenceEqual(older.SharedSecrets[0].Key.AsSpan())
        : older.SigningKeys.Where(static key => key.Stage == SigningKeyStage.Active).All(key => Keys.SigningKeys.Any(now => now.Kid == key.Kid));
}
