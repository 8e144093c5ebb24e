using System.Net;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Puts an attempt to log in to the cluster: counters, script and session in one call. Counted are the client's network, and the known browser or else
/// the user name.
/// </summary>
internal sealed class LoginAsk(IGrainFactory grains)
{
    /// <summary>Asks.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="keys">The tenant's keys.</param>
    /// <param name="client">The browser's address.</param>
    /// <param name="deviceId">Id of a browser that logged in with this name before, or null.</param>
    /// <param name="credentials">What the script is told.</param>
    /// <param name="terms">How the session is to be.</param>
    /// <param name="cancellationToken">Stops waiting, and the script.</param>
    public Task<AttemptOutcome> Attempt(
        string tenant, TenantKeys keys, IPAddress client, string? deviceId, LoginRequest credentials, SessionTerms terms, CancellationToken cancellationToken)
    {
        var nameKey = keys.NameKey.Key;
        return grains.GetGrain<ILoginGrain>(tenant).Attempt(
            new AttemptLogin
            {
                Credentials = credentials,
                NetworkCounter = ThrottleKeyRules.Network(tenant, nameKey, client),
                NameCounter = deviceId is null
                    ? ThrottleKeyRules.User(tenant, nameKey, credentials.Username)
                    : ThrottleKeyRules.Device(tenant, nameKey, credentials.Username, deviceId),
                IsKnownBrowser = deviceId is not null,
                Terms = terms,
            },
            cancellationToken);
    }
}
