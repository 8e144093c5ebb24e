using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Devices;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary><c>POST /oauth/device_authorization</c> (RFC 8628 §3.1): gives a device its two codes.</summary>
internal sealed class DeviceAuthorizationEndpoint(
    ClientGate gate, ClientAllowance allowance, DpopProofs proofs, IGrainFactory grains, Visits visits, KeyMirror keys, ServerSettings settings, DeviceMetrics metrics, TokenMetrics tokens)
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/oauth/device_authorization";

    /// <summary>Design §4: 256 bits.</summary>
    private const int DeviceCodeBytes = 32;

    /// <summary>Contract http.md §7.1.</summary>
    private const int UserCodeTries = 10;

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    public Task Answer(HttpContext context) => gate.Open(context, (form, client, proof) => Answer(context, form, client, proof));

    private async Task Answer(HttpContext context, OAuthForm form, Client client, DpopProof? proof)
    {
        var resources = form.All(OAuthParameters.Resource);
        if (WhyRefused(client, resources) is { } error)
        {
            await OAuthAnswer.Refuse(context, error);
            return;
        }

        if (visits.Catalog.TenantByName(client.TenantName) is not { } tenant || await keys.Get(tenant, context.RequestAborted) is not { } tenantKeys)
        {
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
            return;
        }

        if (!await allowance.TryTake(context, client, ThrottleKeyRules.DeviceStart, Reasons.SlowDown, "Too many devices of this client were started in this network. Wait.")
            || !await proofs.TryUseOfPublic(context, client, proof))
        {
            return;
        }

        var deviceCode = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(DeviceCodeBytes));
        var device = Digests.KeyOf(deviceCode);
        var grant = client.DeviceGrant!;
        var started = await grains.GetGrain<IDeviceGrain>(device).Start(
            new StartDevice
            {
                Tenant = tenant.Name,
                Client = client.Ident,
                Scopes = [.. ScopeRules.Allowed(ScopeRules.Parse(form[OAuthParameters.Scope]), client.Scopes)],
                Resources = [.. resources],
                Life = grant.ExpiresIn,
                Interval = grant.Interval,
            },
            context.RequestAborted);
        if (!started || await ClaimUserCode(tenant.Name, tenantKeys.NameKey.Key, device, grant.ExpiresIn, context.RequestAborted) is not { } userCode)
        {
            await OAuthAnswer.Refuse(
                context, OAuthError.Of(OAuthErrors.ServerError, Reasons.UserCodeGenerationFailed, "No free user code was found. Try again.") with { Status = StatusCodes.Status500InternalServerError });
            return;
        }

        metrics.Started();
        tokens.Stored();
        await Give(context, deviceCode, userCode, grant, grant.VerificationUri ?? PageFor(context, tenant));
    }

    private static OAuthError? WhyRefused(Client client, IReadOnlyList<string> resources) =>
        client.DeviceGrant is null ? OAuthError.UnauthorizedClient("The client has no device_grant_config.", Reasons.DeviceGrantNotConfigured)
        : !client.GrantTypes.Contains(GrantTypes.DeviceCode) ? OAuthError.UnauthorizedClient("The client may not use this grant type.")
        : resources.All(client.Resources.Contains) ? null
        : OAuthError.InvalidTarget("The client may not ask for this resource.");

    private async Task<string?> ClaimUserCode(string tenant, ImmutableArray<byte> nameKey, string device, TimeSpan life, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < UserCodeTries; attempt++)
        {
            var code = UserCodeRules.Make(RandomNumberGenerator.GetBytes(UserCodeRules.RandomBytes));
            if (await grains.GetGrain<IUserCodeGrain>(UserCodeRules.KeyOf(tenant, nameKey.AsSpan(), code)).Claim(device, life, cancellationToken))
            {
                return code;
            }
        }

        return null;
    }

    /// <summary>The page on the host the device spoke to, if that is one of the tenant's: nobody is led to a host a stranger wrote into a header.</summary>
    private string PageFor(HttpContext context, Tenant tenant) =>
        visits.Request(context) is { } request && visits.Named(request, tenant.Name, ReturnTarget.Root) is not null
            ? $"{(request.IsHttps ? "https" : "http")}://{request.Authority}{ActivateEndpoint.Path}"
            : IssuerRules.IssuerOf(tenant, settings.PublicDomain) + ActivateEndpoint.Path;

    private static Task Give(HttpContext context, string deviceCode, string userCode, DeviceGrantSettings grant, string page) =>
        OAuthAnswer.Write(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteString(OAuthParameters.DeviceCode, deviceCode);
            writer.WriteString(OAuthParameters.UserCode, userCode);
            writer.WriteString(OAuthParameters.VerificationUri, page);
            writer.WriteString(OAuthParameters.VerificationUriComplete, $"{page}{(page.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{OAuthParameters.UserCode}={userCode}");
            writer.WriteNumber(OAuthParameters.ExpiresIn, (long)grant.ExpiresIn.TotalSeconds);
            writer.WriteNumber(OAuthParameters.Interval, (long)grant.Interval.TotalSeconds);
        });
}
