using System.Collections.Immutable;
using Uitsmijter.Actors.Gateway.Grants;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>
/// Reads DPoP proofs at our own endpoints (RFC 9449). One that is sent is judged wherever it is sent. A proof needs a nonce of ours, so that none can be made
/// in advance; whoever sends none is told the nonce and asks again.
/// </summary>
internal sealed class DpopProofs(DpopNonces nonces, Visits visits, IGrainFactory grains, ServerSettings settings, TimeProvider clock)
{
    /// <summary>The nonce says how fresh a proof is; this only bounds how wrong a client's clock may be.</summary>
    private static readonly TimeSpan _maxAge = TimeSpan.FromMinutes(5);

    /// <summary>The proof of a request. It is not used up yet.</summary>
    /// <param name="context">The request; a nonce for the next proof is added to its response where the client needs one.</param>
    /// <param name="tenant">Whose endpoint it is; null for a client nobody knows here, whose proof is judged as one of a tenant of the host.</param>
    /// <param name="accessToken">The access token that came with it, or null.</param>
    public DpopReading Read(HttpContext context, Tenant? tenant, string? accessToken = null)
    {
        var headers = context.Request.Headers[DpopNames.Header];
        if (headers.Count == 0)
        {
            return default;
        }

        if (headers is not [{ Length: > 0 } text])
        {
            return new DpopReading(null, DpopRules.Invalid("Send exactly one DPoP header."));
        }

        if (!nonces.IsReady)
        {
            return new DpopReading(null, OAuthError.Unavailable());
        }

        var owner = tenant ?? (visits.Request(context) is { } asked ? visits.AnyAt(asked) : null);
        var request = new DpopRequest { Method = context.Request.Method, Urls = owner is null ? [] : UrlsOf(context, owner), AccessToken = accessToken, MaxAge = _maxAge };
        return DpopRules.Judge(text, request, clock.GetUtcNow()) switch
        {
            DpopVerdict.Good(var proof) => Fresh(context, proof),
            DpopVerdict.Bad(var error) => new DpopReading(null, error),
            _ => default,
        };
    }

    /// <summary>Uses a proof up: true for exactly one request. Ask last: whoever proved nothing else must not fill the store.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    public Task<bool> TryUse(DpopProof proof, CancellationToken cancellationToken) => grains.GetGrain<IProofGrain>(proof.Key).TryUse(proof.Until, cancellationToken);

    /// <summary>
    /// Uses up the proof of a public client for a request that is stored, or refuses. Asked last, and after the request's count: nobody fills the store with proofs in such a client's name. A confidential
    /// client's was used up when it proved itself.
    /// </summary>
    /// <param name="context">The request, answered where this is false.</param>
    /// <param name="client">The client.</param>
    /// <param name="proof">Its proof, or null.</param>
    public async Task<bool> TryUseOfPublic(HttpContext context, Client client, DpopProof? proof)
    {
        if (proof is null || client.IsConfidential || await TryUse(proof, context.RequestAborted))
        {
            return true;
        }

        await OAuthAnswer.Refuse(context, DpopRules.Replayed());
        return false;
    }

    /// <summary>Why a good access token opens nothing for whoever brings it; null when it does (RFC 9449 §7).</summary>
    /// <param name="context">The request.</param>
    /// <param name="good">The token.</param>
    /// <param name="presented">How it came.</param>
    public async ValueTask<OAuthError?> WhyUnproven(HttpContext context, GoodToken good, PresentedToken presented)
    {
        if (!good.Token.IsBound && !presented.IsDpop)
        {
            return null;
        }

        if (!presented.IsDpop || good.Token.Jkt is not { } jkt)
        {
            // Bound and brought as a bearer token, or not bound and brought with a key: whose key it should be nobody can say.
            return ProtectedResource.InvalidToken();
        }

        var (proof, error) = Read(context, good.Tenant, presented.Text);
        if (proof is null)
        {
            error ??= DpopRules.Invalid("Send a DPoP proof with the access token.");
            return error.Status == StatusCodes.Status400BadRequest ? error with { Status = StatusCodes.Status401Unauthorized } : error;
        }

        return proof.Jkt != jkt ? ProtectedResource.InvalidToken()
            : await TryUse(proof, context.RequestAborted) ? null
            : DpopRules.Replayed() with { Status = StatusCodes.Status401Unauthorized };
    }

    private DpopReading Fresh(HttpContext context, DpopProof proof)
    {
        var standing = nonces.Judge(proof.Nonce);
        if (standing != NonceStanding.Good)
        {
            context.Response.Headers[DpopNames.NonceHeader] = nonces.Next();
        }

        return standing == NonceStanding.Stale ? new DpopReading(null, DpopRules.UseNonce()) : new DpopReading(proof, null);
    }

    /// <summary>The address as the metadata names it, and as the request names it where that host is the tenant's: a proof for another server is none.</summary>
    private ImmutableArray<string> UrlsOf(HttpContext context, Tenant tenant)
    {
        var path = context.Request.Path.ToUriComponent();
        var known = IssuerRules.IssuerOf(tenant, settings.PublicDomain) + path;
        return visits.Request(context) is { } request && visits.Named(request, tenant.Name, ReturnTarget.Root) is not null
            ? [known, $"{(request.IsHttps ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{request.Authority}{path}"]
            : [known];
    }
}

/// <summary>A proof, or what is wrong with it; neither where none was sent.</summary>
/// <param name="Proof">The proof.</param>
/// <param name="Error">What is wrong.</param>
internal readonly record struct DpopReading(DpopProof? Proof, OAuthError? Error);
