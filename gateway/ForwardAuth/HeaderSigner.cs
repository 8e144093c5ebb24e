using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// Makes the headers of an identity at a host. HS256 tenants are signed for here, others in a silo, once per token and host; the next
/// token is fetched in the background while the one at hand is still good.
/// </summary>
internal sealed partial class HeaderSigner(IGrainFactory grains, ServerSettings settings, TimeProvider clock, ILogger<HeaderSigner> logger)
{
    /// <summary>How long a request waits for a silo's signature.</summary>
    private static readonly TimeSpan _callLimit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(KnownToken Token, string Host), Task<HostHeaders?>> _flights = new();

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
    /// <returns>Null when no silo could sign.</returns>
    public async ValueTask<HostHeaders?> Make(KnownToken token, string host, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var held = token.HeadersFor(host);
        if (held is not null && held.RefreshAtTicks > now.UtcTicks)
        {
            return held;
        }

        if (token.Gate.Tenant.Algorithm == SigningAlgorithm.HS256)
        {
            return SignHere(token, host, now);
        }

        var flight = Fly(token, host, now);
        return held is not null && held.ExpiresAtTicks > now.UtcTicks ? held : await flight.WaitAsync(cancellationToken);
    }

    private HostHeaders? SignHere(KnownToken token, string host, DateTimeOffset now)
    {
        if (token.Keys.SharedSecrets.IsDefaultOrEmpty)
        {
            LogNoSecret(token.Gate.Tenant.Name);
            return null;
        }

        var end = EndOf(token, now);
        return Keep(token, host, now, end, HeaderToken.Sign(token.Claims, token.Gate.Tenant, IssuerOf(token), host, now, end, token.Keys.SharedSecrets[0]));
    }

    /// <summary>One signature at a time per token and host: a page loads twenty files at once.</summary>
    private Task<HostHeaders?> Fly(KnownToken token, string host, DateTimeOffset now)
    {
        var key = (token, host);
        if (_flights.TryGetValue(key, out var flying))
        {
            return flying;
        }

        var landing = new TaskCompletionSource<HostHeaders?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var winner = _flights.GetOrAdd(key, landing.Task);
        return ReferenceEquals(winner, landing.Task) ? SignInSilo(token, host, now, landing) : winner;
    }

    private async Task<HostHeaders?> SignInSilo(KnownToken token, string host, DateTimeOffset now, TaskCompletionSource<HostHeaders?> landing)
    {
        HostHeaders? headers = null;
        try
        {
            var end = EndOf(token, now);
            var signed = await grains.GetGrain<ISigningGrain>(token.Gate.Tenant.Name)
                .Sign(HeaderToken.Request(token.Claims, token.Gate.Tenant, IssuerOf(token), host, now, end), CancellationToken.None)
                .WaitAsync(_callLimit, clock);
            headers = Keep(token, host, now, end, signed);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogUnsigned(token.Gate.Tenant.Name, failure);
        }
        finally
        {
            _flights.TryRemove((token, host), out _);
            landing.SetResult(headers);
        }

        return headers;
    }

    private string IssuerOf(KnownToken token) => IssuerRules.IssuerOf(token.Gate.Tenant, settings.PublicDomain);

    private DateTimeOffset EndOf(KnownToken token, DateTimeOffset now)
    {
        var end = now + settings.AccessTokenLife;
        return end < token.Claims.ExpiresAt ? end : token.Claims.ExpiresAt;
    }

    private static HostHeaders Keep(KnownToken token, string host, DateTimeOffset now, DateTimeOffset end, string signed)
    {
        var headers = new HostHeaders
        {
            Host = host,
            Authorization = new StringValues($"Bearer {signed}"),
            Identity = HostHeaders.For(token.Gate, token.Claims),
            RefreshAtTicks = (now + ((end - now) * 0.75)).UtcTicks,
            ExpiresAtTicks = end.UtcTicks,
        };
        token.Keep(headers);
        return headers;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No silo signed a header token for tenant {Tenant}; its applications are answered 503 until one does")]
    private partial void LogUnsigned(string tenant, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tenant {Tenant} signs with HS256 and there is no JWT_SECRET; its applications are answered 503")]
    private partial void LogNoSecret(string tenant);
}
