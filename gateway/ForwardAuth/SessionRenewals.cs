using System.Collections.Concurrent;
using System.Net;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Observability;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// Renews logins past three quarters of their cookie's life: the provider is asked about the user, then the session moves its end. Once per
/// session at a time and at most once a minute; the request that starts it waits a moment, all others go on with the cookie they have.
/// </summary>
internal sealed partial class SessionRenewals(
    IGrainFactory grains, ServerSettings settings, TimeProvider clock, Metrics metrics, AuditLog audit, ILogger<SessionRenewals> logger)
{
    /// <summary>How long the request that starts a renewal waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Least distance between two attempts for one session.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>How often a person whose proxy drops the new cookie is led over the login page for it.</summary>
    public static readonly TimeSpan LeadEvery = TimeSpan.FromMinutes(10);

    /// <summary>Sessions whose last renewal is remembered; forgetting one costs a renewal more.</summary>
    private const int MostFlights = 20_000;

    private readonly ConcurrentDictionary<string, Flight> _flights = new(StringComparer.Ordinal);

    /// <summary>Renews the login behind a cookie, or tells what became of it.</summary>
    /// <param name="token">The cookie, due for renewal.</param>
    /// <param name="cancellationToken">Stops waiting; the renewal goes on.</param>
    public ValueTask<Renewal> Renew(KnownToken token, CancellationToken cancellationToken) => Renew(token, client: null, cancellationToken);

    /// <summary>Renews the login behind a cookie, or tells what became of it.</summary>
    /// <param name="token">The cookie, due for renewal.</param>
    /// <param name="client">Address of the person, for the audit record.</param>
    /// <param name="cancellationToken">Stops waiting; the renewal goes on.</param>
    public async ValueTask<Renewal> Renew(KnownToken token, IPAddress? client, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        _flights.TryGetValue(token.Sid, out var last);
        if (last is not null && !MayFlyAgain(last, token, now))
        {
            return last.Task.IsCompletedSuccessfully ? Usable(last.Task.Result, token) : Renewal.Pending.Instance;
        }

        var landing = new TaskCompletionSource<Renewal>(TaskCreationOptions.RunContinuationsAsynchronously);
        var next = new Flight(landing.Task, now);
        var isFirst = last is null ? _flights.TryAdd(token.Sid, next) : _flights.TryUpdate(token.Sid, next, last);
        if (!isFirst)
        {
            return Renewal.Pending.Instance;
        }

        Forget(now);
        // The wait begins before the script is asked: what asking takes counts as waiting.
        var wait = landing.Task.WaitAsync(Patience, clock, cancellationToken);
        _ = Fly(token, client, landing);
        try
        {
            return await wait;
        }
        catch (TimeoutException)
        {
            return Renewal.Pending.Instance;
        }
    }

    /// <summary>
    /// Whether a person should be led over the login page: the new cookie was handed out a minute ago or longer, and the old one still comes, so
    /// the proxy drops what it is given on success. True once in <see cref="LeadEvery"/>: a browser that refuses the cookie is not sent in circles.
    /// </summary>
    /// <param name="token">The cookie that came.</param>
    public bool ShouldLead(KnownToken token)
    {
        var now = clock.GetUtcNow().UtcTicks;
        return _flights.TryGetValue(token.Sid, out var flight)
            && flight.Task is { IsCompletedSuccessfully: true, Result: Renewal.Renewed renewed }
            && renewed.IssuedAt > IssuedAt(token)
            && flight.TryLead(now);
    }

    /// <summary>A result for an older cookie than this one says nothing about it.</summary>
    private static Renewal Usable(Renewal result, KnownToken token) =>
        result is Renewal.Renewed renewed && renewed.IssuedAt <= IssuedAt(token) ? Renewal.Pending.Instance : result;

    private static bool MayFlyAgain(Flight last, KnownToken token, DateTimeOffset now) =>
        last.Task.IsCompleted
        && now - last.StartedAt >= Pause
        && !(last.Task.Result is Renewal.Renewed renewed && renewed.IssuedAt > IssuedAt(token));

    private static DateTimeOffset IssuedAt(KnownToken token) => ((Credential.Cookie)token.Credential).IssuedAt;

    private async Task Fly(KnownToken token, IPAddress? client, TaskCompletionSource<Renewal> landing)
    {
        Renewal result = Renewal.Pending.Instance;
        try
        {
            result = await Ask(token, client);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogFailed(token.Gate.Tenant.Name, failure);
        }
        finally
        {
            metrics.Renewal(token.Gate.Tenant.Name, result switch
            {
                Renewal.Renewed => RenewalResult.Renewed,
                Renewal.UserInvalid => RenewalResult.UserInvalid,
                Renewal.SessionGone => RenewalResult.SessionGone,
                _ => RenewalResult.Failed,
            });
            landing.SetResult(result);
        }
    }

    private async Task<Renewal> Ask(KnownToken token, IPAddress? client)
    {
        var tenant = token.Gate.Tenant;
        switch (await grains.GetGrain<IProviderGrain>(tenant.Name).Validate(token.Claims.User, CancellationToken.None))
        {
            case ValidationOutcome.Invalid:
                await End(token);
                return new Renewal.UserInvalid();
            case ValidationOutcome.Failed { Failure: var failure } when !(failure == ScriptFailure.ClassMissing && settings.AllowMissingProviders):
                LogUndecided(tenant.Name, failure);
                return Renewal.Pending.Instance;
        }

        if (await grains.GetGrain<ISessionGrain>(token.Sid).Renew(tenant.Name, settings.CookieLife, CancellationToken.None) is not SessionOutcome.Alive { Session: var session })
        {
            return new Renewal.SessionGone();
        }

        var now = clock.GetUtcNow();
        var end = now + settings.CookieLife < session.ExpiresAt ? now + settings.CookieLife : session.ExpiresAt;
        if (SsoCookie.Mint(session, tenant, token.Keys, IssuerRules.IssuerOf(tenant, settings.PublicDomain), now, settings.CookieLife) is not { } cookie)
        {
            // It fitted once; only an issuer that grew can do this, and the next login tells.
            return Renewal.Pending.Instance;
        }

        audit.SessionRenewed(tenant.Name, session.Subject, client, session.Sid);
        return new Renewal.Renewed(cookie, now, end);
    }

    /// <summary>The answer is 403 even when the session could not be ended: the next attempt, a minute later, tries again.</summary>
    private async Task End(KnownToken token)
    {
        try
        {
            await grains.GetGrain<ISessionGrain>(token.Sid).End(token.Gate.Tenant.Name, SessionEnd.UserInvalid, CancellationToken.None);
            audit.SessionEnded(token.Gate.Tenant.Name, token.Claims.Subject, token.Sid, nameof(SessionEnd.UserInvalid));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            LogNotEnded(token.Gate.Tenant.Name, failure);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        if (_flights.Count <= MostFlights)
        {
            return;
        }

        foreach (var flight in _flights)
        {
            if (flight.Value.Task.IsCompleted && now - flight.Value.StartedAt >= Pause)
            {
                _flights.TryRemove(flight);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A login of tenant {Tenant} could not be renewed; its cookie stays good to its end")]
    private partial void LogFailed(string tenant, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The validation script of tenant {Tenant} could not decide ({Failure}); the cookie stays good to its end")]
    private partial void LogUndecided(string tenant, ScriptFailure failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "A session of tenant {Tenant} whose user is not valid any more could not be ended")]
    private partial void LogNotEnded(string tenant, Exception failure);

    private sealed class Flight(Task<Renewal> task, DateTimeOffset startedAt)
    {
        private long _leadAtTicks = (startedAt + Pause).UtcTicks;

        public Task<Renewal> Task { get; } = task;

        public DateTimeOffset StartedAt { get; } = startedAt;

        /// <summary>Among requests at once only one is led.</summary>
        public bool TryLead(long nowTicks)
        {
            var leadAt = Interlocked.Read(ref _leadAtTicks);
            return leadAt <= nowTicks && Interlocked.CompareExchange(ref _leadAtTicks, nowTicks + LeadEvery.Ticks, leadAt) == leadAt;
        }
    }
}
