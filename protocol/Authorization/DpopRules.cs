using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// Judges DPoP proofs (RFC 9449 §4.3) but for two things that need others: the nonce, which the gateways make, and that the proof was not seen before,
/// which only storage can tell. Pure, and never throws, whatever the text.
/// </summary>
public static class DpopRules
{
    /// <summary>Longest proof that is looked at: a key and a signature of RSA with 4096 bits, and a long address.</summary>
    public const int MaxLength = 8192;

    private const int MostIdLength = 256;
    private const int ThumbprintLength = 43;
    private const string Purpose = "dpop";

    /// <summary>How far a client's clock may be ahead.</summary>
    private static readonly TimeSpan _ahead = TimeSpan.FromSeconds(60);

    private static readonly JsonDocumentOptions _json = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Algorithms of proofs. The platform has no EdDSA.</summary>
    public static ImmutableArray<string> Algorithms => ClientKey.Algorithms;

    /// <summary>Judges a proof.</summary>
    /// <param name="text">The header's value.</param>
    /// <param name="request">The request it came with.</param>
    /// <param name="now">The instant.</param>
    public static DpopVerdict Judge(string text, DpopRequest request, DateTimeOffset now)
    {
        var parts = text.Length <= MaxLength ? text.Split('.') : [];
        if (parts.Length != 3 || JoseReading.Bytes(parts[0]) is not { } header || JoseReading.Bytes(parts[1]) is not { } payload || JoseReading.Bytes(parts[2]) is not { } signature)
        {
            return Bad("The DPoP proof is no signed JWT.");
        }

        try
        {
            using var head = JsonDocument.Parse(header, _json);
            using var claims = JsonDocument.Parse(payload, _json);
            if (head.RootElement.ValueKind != JsonValueKind.Object || claims.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Bad("The DPoP proof is no signed JWT.");
            }

            return KeyOf(head.RootElement) is not var (key, algorithm)
                ? Bad("The DPoP proof needs typ dpop+jwt, a supported alg and the public key of that alg as jwk.")
                : !key.Verify(algorithm, Encoding.ASCII.GetBytes(text[..text.LastIndexOf('.')]), signature)
                    ? Bad("The signature of the DPoP proof is wrong.")
                    : JudgeClaims(claims.RootElement, key.Thumbprint, request, now);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // JSON that is none, or strings that are none.
            return Bad("The DPoP proof is no signed JWT.");
        }
    }

    /// <summary>The refusal of a request whose client must bind its tokens and sent no proof; null when nothing is missing (RFC 9449 §5.2).</summary>
    /// <param name="client">The client.</param>
    /// <param name="jkt">Thumbprint of the key it proved, or null.</param>
    public static OAuthError? WhyUnbound(Client client, string? jkt) =>
        client.RequireDpop && jkt is null ? Invalid("The client must send a DPoP proof.") : null;

    /// <summary>400 <c>invalid_dpop_proof</c> (RFC 9449 §5).</summary>
    /// <param name="description">What is wrong.</param>
    public static OAuthError Invalid(string description) => OAuthError.Of(OAuthErrors.InvalidDpopProof, Reasons.NotAcceptableRequest, description);

    /// <summary>The proof is good and was seen before.</summary>
    public static OAuthError Replayed() => Invalid("The DPoP proof was used before.");

    /// <summary>400 <c>use_dpop_nonce</c> (RFC 9449 §8).</summary>
    public static OAuthError UseNonce() => OAuthError.Of(OAuthErrors.UseDpopNonce, Reasons.NotAcceptableRequest, "Make the DPoP proof with the nonce of the DPoP-Nonce header.");

    /// <summary>Whether a text is a thumbprint: SHA-256 as base64url.</summary>
    /// <param name="text">The text, from anybody.</param>
    public static bool IsThumbprint(string text) => text.Length == ThumbprintLength && JoseReading.Bytes(text) is not null;

    /// <summary>The value of <c>ath</c> (RFC 9449 §4.2).</summary>
    /// <param name="accessToken">The access token.</param>
    public static string HashOf(string accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));

    private static (ClientKey Key, string Algorithm)? KeyOf(JsonElement header)
    {
        // A header parameter that must be understood is not; others are ignored as RFC 7515 §4 says, and none of them names a key.
        if (JoseReading.Text(header, JoseHeaderNames.Type) != TokenTypes.DpopProof || header.TryGetProperty(JoseHeaderNames.Critical, out _) || !header.TryGetProperty(JoseHeaderNames.Jwk, out var jwk))
        {
            return null;
        }

        return JoseReading.Text(header, JoseHeaderNames.Algorithm) is { } algorithm && Algorithms.Contains(algorithm)
            && ClientKey.ReadOfStranger(jwk) is { } key && (algorithm == JwsAlgorithms.ES256 ? key.Curve is not null : key.Rsa is not null)
                ? (key, algorithm)
                : null;
    }

    private static DpopVerdict JudgeClaims(JsonElement claims, string jkt, DpopRequest request, DateTimeOffset now)
    {
        if (JoseReading.Text(claims, JwtClaims.TokenId) is not { Length: > 0 and <= MostIdLength } id)
        {
            return Bad("The DPoP proof needs a jti.");
        }

        if (JoseReading.Text(claims, JwtClaims.HttpMethod) != request.Method)
        {
            return Bad("The DPoP proof is for another method (htm).");
        }

        if (HttpTarget.Normalise(JoseReading.Text(claims, JwtClaims.HttpUri)) is not { } target || !request.Urls.Any(url => HttpTarget.Normalise(url) == target))
        {
            return Bad("The DPoP proof is for another address (htu).");
        }

        if (IssuedAt(claims) is not { } issued || issued > now + _ahead || issued < now - request.MaxAge)
        {
            return Bad("The DPoP proof is too old, or from the future (iat).");
        }

        if (request.AccessToken is { } token && JoseReading.Text(claims, JwtClaims.AccessTokenDigest) != HashOf(token))
        {
            return Bad("The DPoP proof is for another access token (ath).");
        }

        return new DpopVerdict.Good(new DpopProof
        {
            Jkt = jkt,
            Key = Digests.KeyOf(Purpose, jkt, id),
            Until = issued + request.MaxAge + _ahead,
            Nonce = JoseReading.Text(claims, JwtClaims.Nonce),
        });
    }

    /// <summary>A NumericDate may have a fraction (RFC 7519 §2).</summary>
    private static DateTimeOffset? IssuedAt(JsonElement claims) =>
        claims.TryGetProperty(JwtClaims.IssuedAt, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds)
        && seconds is > 0 and < 253_402_300_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static DpopVerdict.Bad Bad(string description) => new(Invalid(description));
}
