using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>A device code for tokens (RFC 8628 §3.4): one grain call.</summary>
internal sealed class DeviceCodeGrant(IGrainFactory grains, DeviceMetrics metrics) : ITokenGrant
{
    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; } = [GrantTypes.DeviceCode, GrantTypes.DeviceCodeUrn];

    /// <inheritdoc />
    public async Task<TokenOutcome> Answer(TokenRequest request)
    {
        if (request.Form[OAuthParameters.DeviceCode] is not { } code)
        {
            return new TokenOutcome.Refused(OAuthError.InvalidRequest("No String was found at 'device_code'"));
        }

        var outcome = await grains.GetGrain<IDeviceGrain>(Digests.KeyOf(code)).Poll(
            new PollDevice { Client = request.Client, Jkt = request.Jkt, Proof = request.Proof, Terms = request.Terms }, request.Context.RequestAborted);
        switch (outcome)
        {
            case TokenOutcome.Issued:
                metrics.Succeeded();
                break;
            case TokenOutcome.Refused(var error) when error.Error == OAuthErrors.AuthorizationPending:
                metrics.Pending();
                break;
        }

        return outcome;
    }
}
