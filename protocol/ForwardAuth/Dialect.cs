using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>How one kind of reverse proxy asks, and which answers it understands (proxies.md A, B.3).</summary>
public sealed class Dialect
{
    /// <summary>Folder of every dialect but the contract's own.</summary>
    public const string Folder = "/auth";

    private Dialect(string path) => Path = path;

    /// <summary>The contract's own endpoint, for Traefik: 307 for navigations, or what the tenant's <c>redirect_status</c> says.</summary>
    public static Dialect Interceptor { get; } = new("/interceptor") { NavigationStatus = 307, LocationOn401 = true, IsContract = true };

    /// <summary>Traefik's ForwardAuth.</summary>
    public static Dialect Traefik { get; } = new(Folder + "/traefik") { NavigationStatus = 302 };

    /// <summary>Caddy's <c>forward_auth</c>.</summary>
    public static Dialect Caddy { get; } = new(Folder + "/caddy") { NavigationStatus = 302 };

    /// <summary>nginx's <c>auth_request</c>: everything but 200, 401 and 403 becomes an error page of the proxy.</summary>
    public static Dialect Nginx { get; } = new(Folder + "/nginx") { Input = DialectInput.Original, NavigationStatus = 401, LocationOn401 = true, BadRequestStatus = 403 };

    /// <summary>Envoy's <c>ext_authz</c> over HTTP: the original target is appended to the path, the original method is the method.</summary>
    public static Dialect Envoy { get; } = new(Folder + "/envoy") { Input = DialectInput.RequestLine, NavigationStatus = 302 };

    /// <summary>For callers that only want to know: never a redirect.</summary>
    public static Dialect Check { get; } = new(Folder + "/check") { NavigationStatus = 401 };

    /// <summary>Every dialect.</summary>
    public static ImmutableArray<Dialect> All { get; } = [Interceptor, Traefik, Caddy, Nginx, Envoy, Check];

    /// <summary>The path it is asked at; Envoy's is a prefix.</summary>
    public string Path { get; }

    /// <summary>Where the original request is described.</summary>
    public DialectInput Input { get; private init; } = DialectInput.Forwarded;

    /// <summary>Status for a navigation without a login; 401 where the proxy cannot relay a redirect.</summary>
    public int NavigationStatus { get; private init; }

    /// <summary>True for the endpoint whose redirect status a tenant may choose.</summary>
    public bool IsContract { get; private init; }

    /// <summary>True repeats the login address as <c>Location</c> on 401, beside <c>X-Login-Url</c>.</summary>
    public bool LocationOn401 { get; private init; }

    /// <summary>Status for questions that describe no request, and for hosts nobody named. Default 400.</summary>
    public int BadRequestStatus { get; private init; } = 400;

    /// <inheritdoc />
    public override string ToString() => Path;
}

/// <summary>Where a dialect finds the original request; nothing is ever taken from elsewhere.</summary>
public enum DialectInput
{
    /// <summary><c>X-Forwarded-Method</c>, <c>-Proto</c>, <c>-Host</c>, <c>-Uri</c>.</summary>
    Forwarded,

    /// <summary><c>X-Original-Method</c> with <c>X-Original-URL</c>, or with <c>X-Original-URI</c>, <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c>.</summary>
    Original,

    /// <summary>The request line without the prefix, <c>Host</c>, and <c>X-Forwarded-Proto</c>.</summary>
    RequestLine,
}
