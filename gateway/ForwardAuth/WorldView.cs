using System.Net;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Revocation;
using Uitsmijter.Actors.Protocol.Hosts;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>What this gateway knows without asking anybody, and whether that is still young enough to decide by.</summary>
internal sealed class WorldView(CatalogMirror catalog, RevocationMirror revocations, TrustedProxies trusted, ServerSettings settings)
{
    private readonly TenantGate.Cache _gates = new();

    /// <summary>Whether catalog and revocations were complete at most <c>STALE_LIMIT</c> ago; false means 503, whoever asks (design §3).</summary>
    public bool IsCurrent => catalog.IsReady && catalog.Age <= settings.StaleLimit && revocations.Age <= settings.StaleLimit;

    /// <summary>The gate of the tenant a host belongs to, or null.</summary>
    /// <param name="host">Normalised.</param>
    public TenantGate? GateOf(string host) => catalog.Current.TenantByHost(host) is { } tenant ? _gates.Of(tenant) : null;

    /// <summary>Whether a token was revoked.</summary>
    /// <param name="token">The token.</param>
    public bool IsRevoked(KnownToken token) => token.IsRevoked(revocations);

    /// <summary>Whether an access token is for this application: for its host, or for a client of its tenant (RFC 9068 §4).</summary>
    /// <param name="token">The access token.</param>
    /// <param name="gate">The tenant.</param>
    /// <param name="host">The application's host.</param>
    public bool IsFor(Keys.AccessToken token, TenantGate gate, string host)
    {
        foreach (var audience in token.Audiences)
        {
            if (string.Equals(audience, host, StringComparison.Ordinal)
                || (Guid.TryParse(audience, out var ident) && catalog.Current.ClientByIdent(ident)?.TenantName == gate.Tenant.Name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address of the person behind the proxies, for logs.</summary>
    /// <param name="context">The question.</param>
    public IPAddress? ClientOf(HttpContext context) =>
        ForwardedFor.ClientOf(context.Connection.RemoteIpAddress, context.Request.Headers[ForwardHeaderNames.ForwardedFor].ToArray(), trusted);

    /// <summary>Whether some other tenant has this name.</summary>
    /// <param name="name">Name from a token nobody verified.</param>
    /// <param name="gate">This tenant.</param>
    public bool IsOtherTenant(string? name, TenantGate gate) => name is not null && name != gate.Tenant.Name && catalog.Current.TenantByName(name) is not null;
}
