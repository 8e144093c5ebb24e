using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Devices;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Devices;

/// <summary>What a device is told (RFC 8628 §3.5), and to whom the code belongs: client and tenant, whoever else holds it.</summary>
internal static class DeviceRules
{
    /// <summary>Null while the poll may go on.</summary>
    /// <param name="state">The stored request.</param>
    /// <param name="client">The proven client.</param>
    /// <param name="request">What it sent.</param>
    /// <param name="now">The instant.</param>
    public static OAuthError? WhyRefused(DeviceState state, Client client, PollDevice request, DateTimeOffset now)
    {
        if (state.Tenant.Length == 0 || state.Client != client.Ident || state.Tenant != client.TenantName || state.RedeemedAt is not null)
        {
            return Unknown();
        }

        if (client.RequireDpop && request.Jkt is null)
        {
            return OAuthError.Of(OAuthErrors.InvalidDpopProof, Reasons.NotAcceptableRequest, "The client must send a DPoP proof.");
        }

        if (now >= state.ExpiresAt)
        {
            // The contract's reason is the one for unknown codes (http.md §7.3); the standard tells them apart.
            return OAuthError.Of(OAuthErrors.ExpiredToken, Reasons.InvalidGrant, "The device code has expired. Start again.");
        }

        return state.DeniedAt is null ? null : OAuthError.Of(OAuthErrors.AccessDenied, Reasons.AccessDenied, "The person declined.");
    }

    /// <summary>The one answer for unknown, used and foreign codes.</summary>
    public static OAuthError Unknown() => OAuthError.InvalidGrant("The device code is unknown or used.");

    /// <summary>The device shall ask again, later.</summary>
    /// <param name="pace">The pace before this poll.</param>
    /// <param name="now">The instant.</param>
    public static OAuthError Wait(PollPace pace, DateTimeOffset now) => PollRules.IsTooSoon(pace, now)
        ? OAuthError.Of(OAuthErrors.SlowDown, Reasons.SlowDown, "The device asks too often: wait five seconds longer between polls from now on.")
        : OAuthError.Of(OAuthErrors.AuthorizationPending, Reasons.AuthorizationPending, "The person has not answered yet.");

    /// <summary>Whether a person may still answer.</summary>
    /// <param name="state">The stored request.</param>
    /// <param name="tenant">The person's tenant.</param>
    /// <param name="now">The instant.</param>
    public static bool MayAnswer(DeviceState state, string tenant, DateTimeOffset now) =>
        state.Tenant.Length > 0 && state.Tenant == tenant && state.IsPending && now < state.ExpiresAt;
}
