using System.Collections.Concurrent;
using Prometheus;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// The gateway's series. Names and labels of the contract (configuration.md §5.7) never change: dashboards rest on them. Every label a
/// caller can influence is bounded; nothing here ever carries a secret. What a series counts is told to the request's span too.
/// </summary>
internal sealed class Metrics : IDisposable
{
    private const int MostTenants = 10_000;
    private const int MostClients = 10_000;
    private const int MostHosts = 2_000;
    private const int MostHostsOfATenant = 100;
    private const int MostStrangers = 100;
    private const string Unknown = "unknown";

    // The contract's buckets, although the only value ever observed is 1.
    private static readonly double[] _buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

    private readonly Histogram _loginAttempts;
    private readonly Counter _loginSuccess;
    private readonly Counter _loginFailure;
    private readonly Counter _loginThrottled;
    private readonly Histogram _authorizeAttempts;
    private readonly Counter _logout;
    private readonly Counter _interceptorSuccess;
    private readonly Counter _interceptorFailure;
    private readonly Counter _renewals;
    private readonly Counter _tokenCache;
    private readonly Counter.Child _tokenCacheHit;
    private readonly Counter.Child _tokenCacheMiss;
    private readonly Counter _leftOut;
    private readonly Gauge _tenants;
    private readonly Gauge _clients;
    private readonly Gauge _age;

    private readonly ExportedSeries _exported = new();
    private readonly BoundedLabels _tenantNames = new(MostTenants);
    private readonly BoundedLabels _clientNames = new(MostClients);
    private readonly BoundedLabels _strangers = new(MostStrangers);
    private readonly BoundedLabels _hosts = new(MostHosts);
    private readonly ConcurrentDictionary<string, BoundedLabels> _hostsOfATenant = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Host, string Tenant), Counter.Child> _successes = new();

    /// <summary>Registers every series, so that each one is there before its first event.</summary>
    /// <param name="registry">The process's registry.</param>
    public Metrics(CollectorRegistry registry)
    {
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        string[] login = ["forward_host", "mode", "tenant"];
        _loginAttempts = factory.CreateHistogram("uitsmijter_login_attempts", "Login forms that could be read.", login, new HistogramConfiguration { Buckets = _buckets });
        _loginSuccess = factory.CreateCounter("uitsmijter_login_success", "Logins that succeeded.", login);
        _loginFailure = factory.CreateCounter("uitsmijter_login_failure", "Logins that were refused.", login);
        _loginThrottled = factory.CreateCounter("uitsmijter_login_throttled", "Logins refused unseen after too many failures.", "tenant", "by");
        _authorizeAttempts = factory.CreateHistogram(
            "uitsmijter_authorize_attempts", "Authorization codes that were given.", ["client", "tenant", "type"], new HistogramConfiguration { Buckets = _buckets });
        _logout = factory.CreateCounter("uitsmijter_logout", "Logouts.", "redirect", "mode", "tenant");
        _interceptorSuccess = factory.CreateCounter("uitsmijter_interceptor_success", "Forward-auth requests that were let through.", "requested_host", "tenant");
        _interceptorFailure = factory.CreateCounter("uitsmijter_interceptor_failure", "Forward-auth requests that were not let through.", "requested_host", "requested_tenant", "tenant", "reason");
        _renewals = factory.CreateCounter("uitsmijter_session_renewals", "Attempts to renew a login cookie.", "tenant", "result");
        _tokenCache = factory.CreateCounter("uitsmijter_token_cache", "Lookups in the cache of verified tokens.", "result");
        _tokenCacheHit = _tokenCache.WithLabels("hit");
        _tokenCacheMiss = _tokenCache.WithLabels("miss");
        _leftOut = factory.CreateCounter("uitsmijter_identity_left_out", "Claims or profiles that were too long for a response header of forward-auth.", "tenant", "header");
        _tenants = factory.CreateGauge("uitsmijter_tenants_count", "Tenants this gateway knows.");
        _clients = factory.CreateGauge("uitsmijter_clients_count", "Clients this gateway knows.");
        _age = factory.CreateGauge("uitsmijter_mirror_age_seconds", "Time since a mirror last agreed with its silo; past STALE_LIMIT forward-auth answers 503.", "mirror");

        // An empty label is no label to Prometheus: the reference always prints these (contract http.md §14).
        _loginAttempts.WithLabels("", "", "").Publish();
        _authorizeAttempts.WithLabels("", "", "").Publish();
        foreach (var counter in (ReadOnlySpan<Counter>)[_loginSuccess, _loginFailure, _logout])
        {
            counter.WithLabels("", "", "").Publish();
        }

        _interceptorSuccess.WithLabels("", "").Publish();
        _interceptorFailure.WithLabels("", "", "", "").Publish();
        Export();
    }

    /// <summary>A login form arrived and could be read.</summary>
    /// <param name="tenant">Tenant name, or null.</param>
    /// <param name="mode"><c>interceptor</c> or <c>oauth</c>.</param>
    /// <param name="forwardHost">Host of the return target, or null.</param>
    public void LoginAttempt(string? tenant, string mode, string? forwardHost) => _loginAttempts.WithLabels(Login(tenant, mode, forwardHost)).Observe(1);

    /// <summary>A login succeeded.</summary>
    /// <inheritdoc cref="LoginAttempt" path="/param"/>
    public void LoginSuccess(string? tenant, string mode, string? forwardHost)
    {
        _loginSuccess.WithLabels(Login(tenant, mode, forwardHost)).Inc();
        RequestSpan.Tell(tenant, RequestSpan.LoginSucceeded);
    }

    /// <summary>A login was refused, for whatever reason.</summary>
    /// <inheritdoc cref="LoginAttempt" path="/param"/>
    public void LoginFailure(string? tenant, string mode, string? forwardHost)
    {
        _loginFailure.WithLabels(Login(tenant, mode, forwardHost)).Inc();
        RequestSpan.Tell(tenant, RequestSpan.LoginRefused);
    }

    /// <summary>A login on the page that connects devices succeeded or was refused: the contract counts it without labels (http.md §14).</summary>
    /// <param name="tenant">Tenant name, for the request's span.</param>
    /// <param name="succeeded">Whether it succeeded.</param>
    public void DeviceLogin(string tenant, bool succeeded)
    {
        (succeeded ? _loginSuccess : _loginFailure).WithLabels("", "", "").Inc();
        RequestSpan.Tell(tenant, succeeded ? RequestSpan.LoginSucceeded : RequestSpan.LoginRefused);
    }

    /// <summary>A login was refused before the script ran, because too many failed before.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="byNetwork">True: too many of the network; false: too many of the user name.</param>
    public void LoginThrottled(string tenant, bool byNetwork)
    {
        _loginThrottled.WithLabels(_tenantNames.Of(tenant), byNetwork ? "network" : "user").Inc();
        RequestSpan.Tell(tenant, RequestSpan.LoginThrottled);
    }

    /// <summary>A client got a code.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="client">Name of the client, one of the configuration's.</param>
    /// <param name="isProven">Whether the code is bound by PKCE.</param>
    public void AuthorizeAttempt(string tenant, string client, bool isProven) =>
        _authorizeAttempts.WithLabels(_clientNames.Of(client), _tenantNames.Of(tenant), isProven ? "pkce" : "insecure").Observe(1);

    /// <summary>Somebody logged out.</summary>
    /// <param name="tenant">Tenant name, or null.</param>
    /// <param name="mode"><c>interceptor</c> or <c>oauth</c>.</param>
    /// <param name="redirectHost">Host the person is sent to; never the whole address, which carries their data.</param>
    public void Logout(string? tenant, string mode, string? redirectHost)
    {
        _logout.WithLabels(HostOf(tenant, redirectHost), Mode(mode), _tenantNames.Of(tenant)).Inc();
        RequestSpan.Tell(tenant, RequestSpan.LoggedOut);
    }

    /// <summary>Forward-auth let a request through. Called once per request: allocates nothing after the first of a pair.</summary>
    /// <param name="requestedHost">Normalised host of the application.</param>
    /// <param name="tenant">Tenant name.</param>
    public void InterceptorSuccess(string requestedHost, string tenant)
    {
        RequestSpan.Tell(tenant, RequestSpan.Allowed);
        if (_successes.TryGetValue((requestedHost, tenant), out var child))
        {
            child.Inc();
            return;
        }

        var host = HostOf(tenant, requestedHost);
        child = _interceptorSuccess.WithLabels(host, _tenantNames.Of(tenant));
        child.Inc();
        if (!ReferenceEquals(host, BoundedLabels.Other))
        {
            _successes.TryAdd((requestedHost, tenant), child);
        }
    }

    /// <summary>Forward-auth did not let a request through.</summary>
    /// <param name="reason">Why, in the contract's words.</param>
    /// <param name="requestedHost">Host of the application, or null.</param>
    /// <param name="tenant">Tenant of that host, or null when there is none.</param>
    /// <param name="requestedTenant">Tenant a token names, where it is another.</param>
    public void InterceptorFailure(InterceptorFailure reason, string? requestedHost, string? tenant = null, string? requestedTenant = null)
    {
        _interceptorFailure.WithLabels(HostOf(tenant, requestedHost), _strangers.Of(requestedTenant), _tenantNames.Of(tenant), Reason(reason)).Inc();
        RequestSpan.Tell(tenant, Reason(reason));
    }

    /// <summary>A renewal of a login cookie ended.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="result">What became of it.</param>
    public void Renewal(string tenant, RenewalResult result) => _renewals.WithLabels(_tenantNames.Of(tenant), result switch
    {
        RenewalResult.Renewed => "renewed",
        RenewalResult.UserInvalid => "user_invalid",
        RenewalResult.SessionGone => "session_gone",
        _ => "failed",
    }).Inc();

    /// <summary>A verified token was looked up in the cache.</summary>
    /// <param name="hit">Whether it was there.</param>
    public void TokenCache(bool hit) => (hit ? _tokenCacheHit : _tokenCacheMiss).Inc();

    /// <summary>A claim or a profile was too long for a header and is missing there.</summary>
    /// <param name="tenant">Tenant name.</param>
    /// <param name="header">The header, one of those the tenant configured.</param>
    public void IdentityLeftOut(string tenant, string header) => _leftOut.WithLabels(_tenantNames.Of(tenant), header).Inc();

    /// <summary>The catalog changed.</summary>
    /// <param name="tenants">Tenants in it.</param>
    /// <param name="clients">Clients in it.</param>
    public void Catalog(int tenants, int clients)
    {
        _tenants.Set(tenants);
        _clients.Set(clients);
    }

    /// <summary>How old a mirror is; asked for at every scrape.</summary>
    /// <param name="mirror">Name of the mirror.</param>
    /// <param name="age">Time since it last agreed with its silo.</param>
    public void MirrorAge(string mirror, TimeSpan age) => _age.WithLabels(mirror).Set(age.TotalSeconds);

    /// <summary>Says what brings the gauges up to date when they are exported.</summary>
    /// <param name="refresh">Called before a gauge is read.</param>
    public void BeforeExport(Action refresh) => _exported.Refresh = refresh;

    /// <inheritdoc />
    public void Dispose() => _exported.Dispose();

    private void Export()
    {
        _exported.Add(_loginAttempts);
        _exported.Add(_authorizeAttempts);
        foreach (var counter in (ReadOnlySpan<Counter>)[_loginSuccess, _loginFailure, _loginThrottled, _logout, _interceptorSuccess, _interceptorFailure, _renewals, _tokenCache, _leftOut])
        {
            _exported.Add(counter);
        }

        foreach (var gauge in (ReadOnlySpan<Gauge>)[_tenants, _clients, _age])
        {
            _exported.Add(gauge);
        }
    }

    private string[] Login(string? tenant, string mode, string? forwardHost) =>
        [string.IsNullOrEmpty(forwardHost) ? Unknown : HostOf(tenant, forwardHost), Mode(mode), string.IsNullOrEmpty(tenant) ? Unknown : _tenantNames.Of(tenant)];

    // A host without a tenant is a stranger's word; and one wildcard tenant may not use up everybody's places.
    private string HostOf(string? tenant, string? host)
    {
        if (string.IsNullOrEmpty(tenant))
        {
            return _strangers.Of(host);
        }

        var own = _hostsOfATenant.GetOrAdd(_tenantNames.Of(tenant), static _ => new BoundedLabels(MostHostsOfATenant)).Of(host);
        return ReferenceEquals(own, BoundedLabels.Other) ? own : _hosts.Of(own);
    }

    private static string Mode(string mode) => LoginModes.Parse(mode);

    private static string Reason(InterceptorFailure reason) => reason switch
    {
        Observability.InterceptorFailure.NoTenant => "NO_TENANT",
        Observability.InterceptorFailure.TenantMismatch => "TENANT_MISMATCH",
        Observability.InterceptorFailure.TenantNotAllowed => "TENANT_NOT_ALLOWED",
        Observability.InterceptorFailure.Stale => "STALE",
        Observability.InterceptorFailure.InsufficientAuthentication => "INSUFFICIENT_AUTHENTICATION",
        Observability.InterceptorFailure.BadRequest => "BAD_REQUEST",
        _ => "INVALID_TOKEN",
    };
}
