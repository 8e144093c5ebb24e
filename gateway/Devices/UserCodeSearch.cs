using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Devices;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Devices;

/// <summary>
/// Finds the device behind a user code. Every search is counted before its answer is known, for the network and for the person who is logged in, so that
/// parallel guesses cannot outrun the count (RFC 8628 §5.1, attack group 26); a right code takes its count back.
/// </summary>
internal sealed class UserCodeSearch(
    Visits visits, DeviceTenants tenants, KeyMirror keys, BrowserSessions sessions, IGrainFactory grains, DeviceMetrics metrics)
{
    /// <summary>Searches.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">What the browser asked.</param>
    /// <param name="typed">The code as typed.</param>
    public async Task<CodeOutcome> Find(HttpContext context, BrowserRequest request, string typed)
    {
        if (UserCodeRules.Normalise(typed) is not { } code)
        {
            // No code looks like this, so it is no guess.
            return new CodeOutcome.Unknown();
        }

        var taken = new List<ILoginThrottleGrain>();
        try
        {
            return await Find(context, request, code, taken);
        }
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            await GiveBack(taken);
            throw;
        }
    }

    private async Task<CodeOutcome> Find(HttpContext context, BrowserRequest request, string code, List<ILoginThrottleGrain> taken)
    {
        foreach (var tenant in tenants.At(request.Host))
        {
            if (visits.Named(request, tenant.Name, ReturnTarget.Root) is not { } visit)
            {
                continue;
            }

            var tenantKeys = await keys.Get(tenant, context.RequestAborted) ?? throw new InvalidOperationException("The tenant's keys are out of reach.");
            foreach (var counter in await CountersOf(context, visit, tenantKeys))
            {
                var verdict = await counter.Take(context.RequestAborted);
                if (!verdict.Allowed)
                {
                    await GiveBack(taken);
                    return new CodeOutcome.TooMany(verdict.RetryAfter);
                }

                taken.Add(counter);
            }

            if (await Look(visit, tenantKeys, code, context.RequestAborted) is { } device)
            {
                await GiveBack(taken);
                return new CodeOutcome.Found(device, tenantKeys);
            }
        }

        metrics.WrongCode();
        return new CodeOutcome.Unknown();
    }

    private async Task<DeviceVisit?> Look(Visit visit, TenantKeys tenantKeys, string code, CancellationToken cancellationToken)
    {
        var userCode = grains.GetGrain<IUserCodeGrain>(UserCodeRules.KeyOf(visit.Tenant.Name, tenantKeys.NameKey.Key.AsSpan(), code));
        return await userCode.Find(cancellationToken) is { } key ? await Look(visit, key, code, cancellationToken) : null;
    }

    /// <summary>The device of a key; null when it is gone, or its client is.</summary>
    /// <param name="visit">The visit of the device's tenant.</param>
    /// <param name="key">Key of the device's grain.</param>
    /// <param name="code">Its user code.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<DeviceVisit?> Look(Visit visit, string key, string code, CancellationToken cancellationToken) =>
        await grains.GetGrain<IDeviceGrain>(key).Look(visit.Tenant.Name, cancellationToken) is { } device
        && visit.Catalog.ClientByIdent(device.Client) is { } client
        && client.TenantName == visit.Tenant.Name
            ? new DeviceVisit(visit, client, key, code, device)
            : null;

    private async Task<IReadOnlyList<ILoginThrottleGrain>> CountersOf(HttpContext context, Visit visit, TenantKeys tenantKeys)
    {
        var (tenant, nameKey) = (visit.Tenant.Name, tenantKeys.NameKey.Key);
        var network = grains.GetGrain<ILoginThrottleGrain>(ThrottleKeyRules.UserCodeOfNetwork(tenant, nameKey, visit.Request.Client));
        return await sessions.Of(context, visit.Tenant) is [var session, ..]
            ? [network, grains.GetGrain<ILoginThrottleGrain>(ThrottleKeyRules.UserCodeOfPerson(tenant, nameKey, session.Claims.Subject))]
            : [network];
    }

    private static Task GiveBack(List<ILoginThrottleGrain> taken) => Task.WhenAll(taken.Select(TryGiveBack));

    /// <summary>Where even that fails, time forgives it; never the other way round.</summary>
    private static async Task TryGiveBack(ILoginThrottleGrain counter)
    {
        try
        {
            await counter.GiveBack(clear: false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The first failure is the one that is reported.
        }
    }
}
