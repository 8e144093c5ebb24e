using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>Judges client assertions (RFC 7523 §3, OpenID Connect Core §9). The signature comes first: only its owner learns what else is wrong.</summary>
public static class ClientAssertionRules
{
    /// <summary>How far ahead <c>exp</c> may lie: as long the <c>jti</c> must be remembered.</summary>
    public static readonly TimeSpan MaxLife = TimeSpan.FromMinutes(10);

    /// <summary>How far clocks may differ.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(30);

    /// <summary>Keys of a client that are tried where the assertion names none: each costs a verification.</summary>
    private const int MostTried = 8;

    private const int MostTokenIdCharacters = 256;
    private const string AssertionType = "client-authentication+jwt";
    private const string Purpose = "client-assertion";

    /// <summary>Algorithms for a method; empty for methods that send no assertion. The client's method decides, never the header alone (RFC 8725 §3.1).</summary>
    /// <param name="method">The client's <c>token_endpoint_auth_method</c>.</param>
    public static ImmutableArray<string> AlgorithmsOf(string? method) => method switch
    {
        ClientAuthenticationMethods.PrivateKeyJwt => ClientKey.Algorithms,
        ClientAuthenticationMethods.SecretJwt => [JwsAlgorithms.HS256],
        _ => [],
    };

    /// <summary>True when the media type says nothing or the right thing: a token with another purpose is none (RFC 8725 §3.11).</summary>
    /// <param name="assertion">The assertion.</param>
    public static bool IsAssertion(ClientAssertion assertion) =>
        assertion.Type is null || assertion.Type.Equals("JWT", StringComparison.OrdinalIgnoreCase) || assertion.Type.Equals(AssertionType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The keys that may have signed it: those it names, and those without a name; all where it names none.</summary>
    /// <param name="keys">The client's keys.</param>
    /// <param name="keyId">The key the assertion names, or null.</param>
    public static ImmutableArray<ClientKey> Candidates(ImmutableArray<ClientKey> keys, string? keyId) =>
        [.. keys.Where(key => keyId is null || key.KeyId is null || key.KeyId == keyId).Take(MostTried)];

    /// <summary>True when one of the keys signed it.</summary>
    /// <param name="assertion">The assertion.</param>
    /// <param name="keys">The candidates.</param>
    public static bool IsSigned(ClientAssertion assertion, ImmutableArray<ClientKey> keys)
    {
        var isSigned = false;
        foreach (var key in keys)
        {
            isSigned |= key.Verify(assertion.Algorithm, assertion.Input.AsSpan(), assertion.Signature.AsSpan());
        }

        return isSigned;
    }

    /// <summary>True when the secret signed it.</summary>
    /// <param name="assertion">The assertion.</param>
    /// <param name="secret">The client's secret, UTF-8.</param>
    public static bool IsSigned(ClientAssertion assertion, ReadOnlySpan<byte> secret) =>
        assertion.Algorithm == JwsAlgorithms.HS256 && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, assertion.Input.AsSpan()), assertion.Signature.AsSpan());

    /// <summary>What is wrong with the claims of an assertion whose signature is right; null when nothing is.</summary>
    /// <param name="assertion">The assertion.</param>
    /// <param name="client">The client whose keys signed it.</param>
    /// <param name="audiences">What it may be for.</param>
    /// <param name="now">The instant.</param>
    public static string? WhyRefused(ClientAssertion assertion, Guid client, ImmutableArray<string> audiences, DateTimeOffset now) => assertion switch
    {
        _ when !Is(assertion.Issuer, client) || !Is(assertion.Subject, client) => "The iss and sub of the client assertion must be the client_id.",
        { Audiences.IsEmpty: true } => "The client assertion needs an aud.",

        // Every audience must be ours: whoever else it names could bring it here.
        _ when !assertion.Audiences.All(audience => audiences.Contains(audience)) => "The aud of the client assertion must be the issuer or the token endpoint.",
        { ExpiresAt: null } => "The client assertion needs an exp.",
        { ExpiresAt: var expires } when expires <= now - Tolerance => "The client assertion is expired.",
        { ExpiresAt: var expires } when expires > now + MaxLife + Tolerance =>
            string.Create(CultureInfo.InvariantCulture, $"The exp of the client assertion must be at most {MaxLife.TotalMinutes} minutes ahead."),
        { NotBefore: var notBefore } when notBefore > now + Tolerance => "The client assertion is not valid yet.",
        { IssuedAt: var issued } when issued > now + Tolerance => "The client assertion was issued in the future.",
        { TokenId: null or "" or { Length: > MostTokenIdCharacters } } => "The client assertion needs a jti.",
        _ => null,
    };

    /// <summary>Key of the grain that remembers the assertion: a digest over purpose, owner and id.</summary>
    /// <param name="client">The client.</param>
    /// <param name="tokenId">Its <c>jti</c>.</param>
    public static string KeyOf(Guid client, string tokenId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Purpose}|{client:D}|{tokenId}")));

    /// <summary>From when on the assertion is refused for its age anyway.</summary>
    /// <param name="assertion">An assertion that was not refused.</param>
    public static DateTimeOffset Until(ClientAssertion assertion) => assertion.ExpiresAt!.Value + Tolerance;

    private static bool Is(string? id, Guid client) => ClientIdRules.TryRead(id, out var ident) && ident == client;
}
