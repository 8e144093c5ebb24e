using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.GrainInterfaces.Grants;

namespace Uitsmijter.Actors.Gateway.Grants;

/// <summary>
/// The profile of the person behind an access token: of the token, or, where it was too long for one, of the session the token names, else of the grant it outlives its session by
/// (docs/decisions/0043-long-profiles.md).
/// </summary>
internal sealed partial class TokenProfiles(SessionProfiles sessions, IGrainFactory grains, ILogger<TokenProfiles> logger)
{
    /// <summary>The profile of a good token.</summary>
    /// <param name="good">The token.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<ProfileAnswer> Of(GoodToken good, CancellationToken cancellationToken) => good.Token switch
    {
        { Claims.ProfileIsInSession: false } token => new ProfileAnswer.Found(token.Claims.ProfileJson),
        { SessionId: { } sid } token => await sessions.Of(good.Tenant.Name, sid, token.Claims.Subject),
        { GrantId: { } grantId } token => await OfGrant(good.Tenant.Name, grantId, token.Claims.Subject, cancellationToken),
        _ => new ProfileAnswer.SessionGone(),
    };

    private async Task<ProfileAnswer> OfGrant(string tenant, string grantId, string subject, CancellationToken cancellationToken)
    {
        try
        {
            return await grains.GetGrain<IGrantGrain>(grantId).Profile(tenant, subject, cancellationToken) is { } json ? new ProfileAnswer.Found(json) : new ProfileAnswer.SessionGone();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogOutOfReach(logger, tenant, failure);
            return new ProfileAnswer.OutOfReach();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A profile of tenant {Tenant} that did not fit into its token could not be read from the grant")]
    private static partial void LogOutOfReach(ILogger logger, string tenant, Exception failure);
}
