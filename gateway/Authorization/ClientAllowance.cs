using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// How much a client may make us store. Anybody knows the id of a public client, so what it begins is counted per network: nobody fills storage in its name (attack group 26). A client that proved
/// itself answers for its own, and may be a server that begins something for a whole town from one address.
/// </summary>
internal sealed class ClientAllowance(IGrainFactory grains, Visits visits, KeyMirror keys, CatalogMirror catalog)
{
    /// <summary>Makes the key of a counter: tenant, its name key, client, address.</summary>
    public delegate string CounterKey(string tenant, ImmutableArray<byte> nameKey, Guid client, IPAddress address);

    /// <summary>Takes one; where there is none left, or nobody can tell, the request has been answered.</summary>
    /// <param name="context">The request.</param>
    /// <param name="client">The client.</param>
    /// <param name="counter">Which counter.</param>
    /// <param name="reason">Reason of the catalogue for too many.</param>
    /// <param name="tooMany">What the client is told then.</param>
    /// <returns>False: the request has been answered.</returns>
    public async Task<bool> TryTake(HttpContext context, Client client, CounterKey counter, string reason, string tooMany)
    {
        if (client.IsConfidential)
        {
            return true;
        }

        if (await Counter(client, visits.Request(context)?.Client ?? IPAddress.None, counter, context.RequestAborted) is not { } count)
        {
            await OAuthAnswer.Refuse(context, OAuthError.Unavailable());
            return false;
        }

        var verdict = await count.Take(context.RequestAborted);
        if (!verdict.Allowed)
        {
            await OAuthAnswer.Refuse(context, TooMany(context, verdict.RetryAfter, reason, tooMany));
        }

        return verdict.Allowed;
    }

    /// <summary>The counter of a client and a network; null while the keys that hide the address cannot be had.</summary>
    /// <param name="client">The client.</param>
    /// <param name="address">Where the request came from.</param>
    /// <param name="counter">Which counter.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<ILoginThrottleGrain?> Counter(Client client, IPAddress address, CounterKey counter, CancellationToken cancellationToken) =>
        catalog.Current.TenantByName(client.TenantName) is { } tenant && await keys.Get(tenant, cancellationToken) is { } tenantKeys
            ? grains.GetGrain<ILoginThrottleGrain>(counter(tenant.Name, tenantKeys.NameKey.Key, client.Ident, address))
            : null;

    /// <summary>A refusal that says when to come again. No standard has a code for it at these endpoints but RFC 9126 §2.3, which asks for the status.</summary>
    /// <param name="context">The request; gets <c>Retry-After</c>.</param>
    /// <param name="wait">How long.</param>
    /// <param name="reason">Reason of the catalogue.</param>
    /// <param name="description">What the client is told.</param>
    public static OAuthError TooMany(HttpContext context, TimeSpan wait, string reason, string description)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return OAuthError.Of(OAuthErrors.TemporarilyUnavailable, reason, description) with { Status = StatusCodes.Status429TooManyRequests };
    }
}
