using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.GrainInterfaces.Keys;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>A session of the browser: its cookie verified, its id not revoked.</summary>
/// <param name="Claims">What the cookie says.</param>
/// <param name="Keys">The tenant's keys.</param>
/// <param name="Token">The cookie's value; never logged.</param>
internal sealed record LiveSession(SsoClaims Claims, TenantKeys Keys, string Token)
{
    /// <inheritdoc />
    public override string ToString() => $"LiveSession {{ Tenant = {Claims.Tenant} }}";
}
