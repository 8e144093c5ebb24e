using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Grains.Catalog;
using Uitsmijter.Actors.Grains.Keys;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>Makes the tokens of a grant in the silo, where the keys are.</summary>
/// <param name="catalog">The mirror.</param>
/// <param name="secrets">The cluster's secrets, for tenants with the shared secret.</param>
/// <param name="grains">Reaches the signing grain.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class TokenMint(CatalogEntries catalog, ClusterSecrets secrets, IGrainFactory grains, TimeProvider clock, ILogger<TokenMint> logger)
{
    private static readonly string _sharedHeader = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"HS256","typ":"{{TokenTypes.AccessToken}}"}"""))}.";

    /// <summary>Characters of a token that are not claims: RSA of 4,096 bits signs with 683, and a header has about 120.</summary>
    private const int HeaderAndSignature = 900;

    /// <summary>Clients whose profiles were told to be too long; once each, they are as many as the catalog has.</summary>
    private readonly ConcurrentDictionary<Guid, byte> _told = new();

    /// <summary>Mints.</summary>
    /// <param name="order">What.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task<TokenOutcome> Mint(MintOrder order, CancellationToken cancellationToken)
    {
        var facts = order.Facts;
        if (catalog.Tenant(facts.Tenant)?.Tenant is not { } tenant || catalog.Client(facts.Client)?.Client is not { } client)
        {
            return new TokenOutcome.Refused(OAuthError.InvalidGrant("The client or its tenant does not exist any more."));
        }

        var issuer = IssuerRules.IssuerOf(tenant, order.Terms.PublicDomain);
        var times = TokenTimes.Of(clock.GetUtcNow(), client.TokenLives.AccessToken ?? order.Terms.AccessTokenLife, Earlier(facts.EndsAt, order.NotAfter));
        if (times.Life <= TimeSpan.Zero)
        {
            return new TokenOutcome.Refused(OAuthError.InvalidGrant("The session behind the grant has ended."));
        }

        if (await AccessTokenOf(order, tenant, client, issuer, times, cancellationToken) is not { } accessToken)
        {
            return new TokenOutcome.Refused(OAuthError.InvalidRequest("What is asked for does not fit into a token: ask for fewer scopes, resources or claims."));
        }

        return new TokenOutcome.Issued(new TokenSet
        {
            AccessToken = accessToken,
            TokenType = facts.Jkt is null ? AuthenticationSchemes.Bearer : AuthenticationSchemes.Dpop,
            ExpiresIn = times.Life,
            Scope = ScopeRules.Join(order.Scopes),
            RefreshToken = order.RefreshToken,
            IdToken = order.Scopes.Contains(ScopeNames.OpenId) && !ClientSubject.IsOne(facts.Subject)
                ? await Sign(tenant, SigningRules.IdTokenAlgorithm(tenant, client), TokenTypes.IdToken, IdTokenClaims.Write(facts, issuer, times, accessToken, order.GrantId), cancellationToken)
                : null,
            ClientName = client.Name,
            Tenant = tenant.Name,
            Subject = facts.Subject,
        });
    }

    /// <summary>
    /// A token longer than we read ourselves would be good for whoever checks it by our keys, and for us neither good nor revocable. A long profile is left out whole, as of header tokens
    /// (docs/decisions/0043-long-profiles.md). Null where the rest is too long as well.
    /// </summary>
    private async ValueTask<string?> AccessTokenOf(MintOrder order, Tenant tenant, Client client, string issuer, TokenTimes times, CancellationToken cancellationToken)
    {
        var (facts, id) = (order.Facts, GrantIds.New());
        var claims = AccessTokenClaims.Write(facts, issuer, times, id, order.Scopes, order.Audiences, order.GrantId);
        if (facts.ProfileJson is not null && Base64Url.GetEncodedLength(Encoding.UTF8.GetByteCount(claims)) > JoseReading.MostCharacters - HeaderAndSignature)
        {
            if (_told.TryAdd(client.Ident, 0))
            {
                LogProfileLeftOut(logger, tenant.Name, client.Name);
            }

            claims = AccessTokenClaims.Write(facts, issuer, times, id, order.Scopes, order.Audiences, order.GrantId, withProfile: false);
        }

        var token = await SignAccessToken(tenant, claims, cancellationToken);
        return token.Length > JoseReading.MostCharacters ? null : token;
    }

    private Task<string> Sign(Tenant tenant, SigningAlgorithm algorithm, string type, string claimsJson, CancellationToken cancellationToken) =>
        grains.GetGrain<ISigningGrain>(tenant.Name).Sign(new SigningRequest { Type = type, ClaimsJson = claimsJson, Algorithm = algorithm }, cancellationToken);

    private async ValueTask<string> SignAccessToken(Tenant tenant, string claimsJson, CancellationToken cancellationToken)
    {
        if (tenant.Algorithm != SigningAlgorithm.HS256)
        {
            return await Sign(tenant, tenant.Algorithm, TokenTypes.AccessToken, claimsJson, cancellationToken);
        }

        // Without kid, as in the contract (http.md §12.2).
        var signed = _sharedHeader + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claimsJson));
        var secret = (await secrets.Read(cancellationToken)).Jwt[0];
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret.AsSpan(), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? left, DateTimeOffset? right) => left is { } one && right is { } other ? (one < other ? one : other) : left ?? right;

    [LoggerMessage(EventId = 3402, Level = LogLevel.Warning, Message = "A profile is too long for an access token and is left out (tenant {Tenant}, client {Client}; told once); /userinfo has it while the session or the grant lasts")]
    private static partial void LogProfileLeftOut(ILogger logger, string tenant, string client);
}

/// <summary>Tokens to make. Never printed.</summary>
internal sealed record MintOrder
{
    /// <summary>What was agreed.</summary>
    public required GrantFacts Facts { get; init; }

    /// <summary>How.</summary>
    public required MintTerms Terms { get; init; }

    /// <summary>Scopes of these tokens.</summary>
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>Audiences of the access token; empty for the client itself.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>The grant they descend from, or null.</summary>
    public string? GrantId { get; init; }

    /// <summary>The refresh token that goes with them, or null.</summary>
    public string? RefreshToken { get; init; }

    /// <summary>They end here at the latest, or null.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <inheritdoc />
    public override string ToString() => "MintOrder { *** }";
}
