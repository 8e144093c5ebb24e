using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// Makes the headers of an identity at a host. HS256 tenants are signed for here, others in a silo, once per token and host; the next
/// token is fetched in the background while the one at hand is still good. A profile that did not fit into the cookie is fetched from
/// the session at the same time, so that tokens and headers have it whole (docs/decisions/0043-long-profiles.md).
/// </summary>
internal sealed partial class HeaderSigner(
    IGrainFactory grains, SessionProfiles profiles, ServerSettings settings, TimeProvider clock, Metrics metrics, ILogger<HeaderSigner> logger)
{
    /// <summary>How long a request waits for a silo's signature.</summary>
    private static readonly TimeSpan _callLimit = TimeSpan.FromSeconds(5);

    private static readonly HeaderOutcome _unavailable = new HeaderOutcome.Unavailable();

    private readonly ConcurrentDictionary<(KnownToken Token, string Host), Task<HeaderOutcome>> _flights = new();

    /// <summary>Headers that are at hand and good; never waits.</summary>
    /// <param name="token">The token.</param>
    /// <param name="host">The application's host.</param>
    /// <param name="nowTicks">The instant in UTC ticks.</param>
    public static HostHeaders? AtHand(KnownToken token, string host, long nowTicks) =>
        token.HeadersFor(host) is { } headers && headers.RefreshAtTicks > nowTicks ? headers : null;

    /// <summary>Headers, made when there are none.</summary>
    /// <param name="token">The token.</param>
    /// <param name="host">The application's host.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<HeaderOutcome> Make(KnownToken token, string host, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var held = token.HeadersFor(host);
        if (held is not null && held.RefreshAtTicks > now.UtcTicks)
        {
            return new HeaderOutcome.Ready(held);
        }

        if (IsSignedHere(token) && !token.Claims.ProfileIsInSession)
        {
            return SignHere(token, token.Claims, host, now);
        }

        var flight = Fly(token, host, now);
        return held is not null && held.ExpiresAtTicks > now.UtcTicks ? new HeaderOutcome.Ready(held) : await flight.WaitAsync(cancellationToken);
    }

    private static bool IsSignedHere(KnownToken token) => token.Gate.Tenant.Algorithm == SigningAlgorithm.HS256;

    private HeaderOutcome SignHere(KnownToken token, IdentityClaims claims, string host, DateTimeOffset now)
    {
        if (token.Keys.SharedSecrets.IsDefaultOrEmpty)
        {
            LogNoSecret(token.Gate.Tenant.Name);
            return _unavailable;
        }

        var end = EndOf(token, now);
        return Keep(token, claims, host, now, end, HeaderToken.Sign(claims, token.Gate.Tenant, IssuerOf(token), host, now, end, token.Keys.SharedSecrets[0]));
    }

    /// <summary>One signature at a time per token and host: a page loads twenty files at once.</summary>
    private Task<HeaderOutcome> Fly(KnownToken token, string host, DateTimeOffset now)
    {
        var key = (token, host);
        if (_flights.TryGetValue(key, out var flying))
        {
            return flying;
        }

        var landing = new TaskCompletionSource<HeaderOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var winner = _flights.GetOrAdd(key, landing.Task);
        return ReferenceEquals(winner, landing.Task) ? Land(token, host, now, landing) : winner;
    }

    private async Task<HeaderOutcome> Land(KnownToken token, string host, DateTimeOffset now, TaskCompletionSource<HeaderOutcome> landing)
    {
        var outcome = _unavailable;
        try
        {
            outcome = await Ask(token, host, now);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogUnsigned(token.Gate.Tenant.Name, failure);
        }
        finally
        {
            _flights.TryRemove((token, host), out _);
            landing.SetResult(outcome);
        }

        return outcome;
    }

    private async Task<HeaderOutcome> Ask(KnownToken token, string host, DateTimeOffset now)
    {
        var claims = token.Claims;
        if (claims.ProfileIsInSession && token.Sid.Length > 0)
        {
            switch (await profiles.Of(claims.Tenant, token.Sid, claims.Subject))
            {
                case ProfileAnswer.Found(var json):
                    claims = claims with { ProfileJson = json, ProfileIsInSession = false };
                    break;
                case ProfileAnswer.SessionGone:
                    return new HeaderOutcome.SessionGone();
                default:
                    return _unavailable;
            }
        }

        return IsSignedHere(token) ? SignHere(token, claims, host, now) : await SignInSilo(token, claims, host, now);
    }

    private async Task<HeaderOutcome> SignInSilo(KnownToken token, IdentityClaims claims, string host, DateTimeOffset now)
    {
        var end = EndOf(token, now);
        var signed = await grains.GetGrain<ISigningGrain>(token.Gate.Tenant.Name)
            .Sign(HeaderToken.Request(claims, token.Gate.Tenant, IssuerOf(token), host, now, end), CancellationToken.None)
            .WaitAsync(_callLimit, clock);
        return Keep(token, claims, host, now, end, signed);
    }

    private string IssuerOf(KnownToken token) => IssuerRules.IssuerOf(token.Gate.Tenant, settings.PublicDomain);

    private DateTimeOffset EndOf(KnownToken token, DateTimeOffset now)
    {
        var end = now + settings.AccessTokenLife;
        return end < token.Claims.ExpiresAt ? end : token.Claims.ExpiresAt;
    }

    private HeaderOutcome.Ready Keep(KnownToken token, IdentityClaims claims, string host, DateTimeOffset now, DateTimeOffset end, string signed)
    {
        var headers = new HostHeaders
        {
            Host = host,
            Authorization = new StringValues($"Bearer {signed}"),
            Identity = HostHeaders.For(token.Gate, claims, name => LeftOut(token.Gate, name)),
            RefreshAtTicks = (now + ((end - now) * 0.75)).UtcTicks,
            ExpiresAtTicks = end.UtcTicks,
        };
        if (!HeaderToken.Carries(claims.ProfileJson))
        {
            LeftOut(token.Gate, HeaderNames.Authorization);
        }

        token.Keep(headers);
        return new HeaderOutcome.Ready(headers);
    }

    /// <summary>Every time in the metric; in the log once per tenant and edit of it, for it would come with every person.</summary>
    private void LeftOut(TenantGate gate, string header)
    {
        metrics.IdentityLeftOut(gate.Tenant.Name, header);
        if (gate.IsFirstComplaint(header))
        {
            LogLeftOut(gate.Tenant.Name, header);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No silo signed a header token for tenant {Tenant}; its applications are answered 503 until one does")]
    private partial void LogUnsigned(string tenant, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tenant {Tenant} signs with HS256 and there is no JWT_SECRET; its applications are answered 503")]
    private partial void LogNoSecret(string tenant);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A profile or claim of tenant {Tenant} is too long for {Header}; it is left out there (docs/forward-auth.md, What the application receives)")]
    private partial void LogLeftOut(string tenant, string header);
}
