using Microsoft.Extensions.Primitives;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// Finds out who asks. <c>Authorization: Bearer</c> or <c>DPoP</c> decides alone where it is present: a caller that names a token means that token, and
/// falling back to a cookie would let a page of another site use the person's login. Other schemes are the application's own affair.
/// </summary>
internal sealed class TokenVerifier(KnownTokens known, SeenProofs seen, WorldView view, KeyMirror keys, ServerSettings settings, Metrics metrics)
{
    /// <summary>How old a proof may be: no nonce says how fresh it is, so this does.</summary>
    private static readonly TimeSpan _proofLife = TimeSpan.FromSeconds(60);

    /// <summary>The tenant's keys: at once where they are here, else from the cluster; null when it cannot be reached.</summary>
    /// <param name="gate">The tenant.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public ValueTask<TenantKeys?> KeysOf(TenantGate gate, CancellationToken cancellationToken) => keys.Get(gate.Tenant, cancellationToken);

    /// <summary>The caller's token, if it is known from before and nothing around it changed.</summary>
    /// <param name="headers">Headers of the question.</param>
    /// <param name="gate">The tenant.</param>
    /// <param name="tenantKeys">Its keys.</param>
    /// <param name="host">The application's host.</param>
    /// <param name="now">The instant.</param>
    public KnownToken? Recall(IHeaderDictionary headers, TenantGate gate, TenantKeys tenantKeys, string host, DateTimeOffset now)
    {
        KnownToken? token = null;
        if (headers.Authorization.Count > 0 && TryScheme(headers.Authorization, AuthenticationSchemes.Bearer, out var bearer))
        {
            token = known.TryGet(bearer, out var found) && found.Bearer is { IsBound: false } access && view.IsFor(access, gate, host) ? found : null;
        }
        else if (headers.Authorization.Count == 0 || (headers.Authorization.Count == 1 && !TryScheme(headers.Authorization, AuthenticationSchemes.Dpop, out _)))
        {
            var cookies = new CookiePairs(headers.Cookie);
            token = cookies.MoveTo(gate.CookieName) && known.TryGet(cookies.Value, out var cookie) && cookie.Bearer is null ? cookie : null;
        }

        if (token is null || !IsSame(token, gate, tenantKeys) || token.Claims.ExpiresAt <= now)
        {
            return null;
        }

        metrics.TokenCache(hit: true);
        return token;
    }

    /// <summary>Checks what the caller brought, whatever it is.</summary>
    /// <param name="headers">Headers of the question.</param>
    /// <param name="gate">The tenant.</param>
    /// <param name="tenantKeys">Its keys.</param>
    /// <param name="request">The original request.</param>
    /// <param name="now">The instant.</param>
    /// <returns>What the rules are told, and the token where there is one.</returns>
    public (Credential Credential, KnownToken? Token) Verify(IHeaderDictionary headers, TenantGate gate, TenantKeys tenantKeys, in ForwardedRequest request, DateTimeOffset now)
    {
        if (headers.Authorization.Count > 1)
        {
            return (Credential.InvalidBearer, null);
        }

        if (TryScheme(headers.Authorization, AuthenticationSchemes.Bearer, out var bearer))
        {
            // A bound token opens nothing for whoever merely has it (RFC 9449 §7.2).
            var access = VerifyBearer(bearer.ToString(), gate, tenantKeys, now);
            return access is { Bearer: { IsBound: false } token } && view.IsFor(token, gate, request.Host) ? (access.Credential, access) : (Credential.InvalidBearer, null);
        }

        if (TryScheme(headers.Authorization, AuthenticationSchemes.Dpop, out var bound))
        {
            var text = bound.ToString();
            var access = VerifyBearer(text, gate, tenantKeys, now);
            return access is { Bearer: { Jkt: { } jkt } token } && view.IsFor(token, gate, request.Host) && !view.IsRevoked(access) && IsProven(headers, request, text, jkt, now)
                ? (access.Credential, access)
                : (Credential.InvalidBearer, null);
        }

        return VerifyCookies(headers.Cookie, gate, tenantKeys, request.Host, now);
    }

    /// <summary>
    /// Whether a proof of the token's key came with it, made for this very request (RFC 9449 §7.1). Without a nonce: most proxies pass no header of ours on
    /// to the client when they let it through.
    /// </summary>
    private bool IsProven(IHeaderDictionary headers, in ForwardedRequest request, string accessToken, string jkt, DateTimeOffset now)
    {
        if (headers[DpopNames.Header] is not [{ Length: > 0 } proof])
        {
            return false;
        }

        var asked = new DpopRequest { Method = request.Method, Urls = [request.Url], AccessToken = accessToken, MaxAge = _proofLife };
        return DpopRules.Judge(proof, asked, now) is DpopVerdict.Good(var good) && good.Jkt == jkt && seen.TryUse(good.Key, now);
    }

    private static bool IsSame(KnownToken token, TenantGate gate, TenantKeys tenantKeys) => ReferenceEquals(token.Gate, gate) && ReferenceEquals(token.Keys, tenantKeys);

    /// <summary>
    /// The first cookie that opens this host wins, however many others stand before it: a sibling domain, or a login for something else,
    /// locks nobody out (attack 18). A value costs one HMAC at most, and all of them together no more bytes than headers may have.
    /// </summary>
    private (Credential Credential, KnownToken? Token) VerifyCookies(StringValues lines, TenantGate gate, TenantKeys tenantKeys, string host, DateTimeOffset now)
    {
        (Credential Credential, KnownToken? Token) best = (Credential.Nothing, null);
        KnownToken? weak = null;
        var cookies = new CookiePairs(lines);
        while (cookies.MoveTo(gate.CookieName))
        {
            if (VerifyCookie(cookies.Value, gate, tenantKeys, now) is { } token)
            {
                var cookie = (Credential.Cookie)token.Credential;
                if (!view.IsRevoked(token) && ForwardAuthRules.Suits(cookie, gate.ResponsibilityOf(host), now))
                {
                    if (ForwardAuthRules.IsStrong(gate.Tenant, cookie, now))
                    {
                        return (cookie, token);
                    }

                    weak ??= token;
                }

                best = (cookie, token);
            }
            else if (best.Credential is Credential.None && view.IsOtherTenant(SsoCookie.ClaimedTenant(cookies.Value), gate))
            {
                best = (Credential.ForeignCookie, null);
            }
        }

        return weak is null ? best : (weak.Credential, weak);
    }

    private KnownToken? VerifyCookie(ReadOnlySpan<char> text, TenantGate gate, TenantKeys tenantKeys, DateTimeOffset now)
    {
        var isKnown = known.TryGet(text, out var before);
        metrics.TokenCache(isKnown);
        if (isKnown && before!.Bearer is null && IsSame(before, gate, tenantKeys) && before.Claims.ExpiresAt > now)
        {
            return before;
        }

        if (SsoCookie.Verify(text, tenantKeys, gate.Tenant, now) is not SsoCookieVerdict.Valid { Claims: var claims })
        {
            return null;
        }

        var token = new KnownToken
        {
            Gate = gate,
            Keys = tenantKeys,
            Claims = IdentityClaims.Of(claims),
            Sid = claims.Sid,
            Credential = new Credential.Cookie
            {
                Tenant = claims.Tenant,
                Responsibility = claims.Responsibility,
                Mode = claims.Mode,
                Acr = claims.Acr,
                AuthTime = claims.AuthTime,
                IssuedAt = claims.IssuedAt,
                ExpiresAt = claims.ExpiresAt,
            },
        };
        return Keep(text.ToString(), token, before);
    }

    private KnownToken? VerifyBearer(string text, TenantGate gate, TenantKeys tenantKeys, DateTimeOffset now)
    {
        var isKnown = known.TryGet(text, out var before);
        metrics.TokenCache(isKnown);
        if (isKnown && before!.Bearer is not null && IsSame(before, gate, tenantKeys) && before.Claims.ExpiresAt > now)
        {
            return before;
        }

        if (BearerToken.Verify(text, gate.Tenant, IssuerRules.IssuerOf(gate.Tenant, settings.PublicDomain), tenantKeys, now, gate.Tenant.Interceptor.AcceptSharedSecretBearer) is not BearerVerdict.Valid(var access))
        {
            return null;
        }

        var token = new KnownToken
        {
            Gate = gate,
            Keys = tenantKeys,
            Claims = access.Claims,
            Sid = access.SessionId ?? "",
            Bearer = access,
            Credential = new Credential.Bearer(IsValid: true) { Acr = access.Acr, AuthTime = access.AuthTime },
        };
        return Keep(text, token, before);
    }

    private KnownToken Keep(string text, KnownToken token, KnownToken? before)
    {
        if (before is not null)
        {
            token.Adopt(before);
        }

        return known.Put(text, token);
    }

    /// <summary>The text behind a scheme; empty when there is none behind it, which is a token that opens nothing.</summary>
    private static bool TryScheme(StringValues authorization, string scheme, out ReadOnlySpan<char> token)
    {
        token = default;
        var value = authorization.Count == 1 ? authorization[0].AsSpan().Trim(' ') : default;
        if (!value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || (value.Length > scheme.Length && value[scheme.Length] != ' '))
        {
            return false;
        }

        token = value[scheme.Length..].Trim(' ');
        return true;
    }
}
