using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Primitives;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>A tenant as the hot path needs it: everything that can be prepared once is. An edited tenant is another object and gets another gate.</summary>
internal sealed class TenantGate
{
    private readonly string? _tenantResponsibility;

    private readonly ConcurrentDictionary<string, byte> _complaints = new(StringComparer.OrdinalIgnoreCase);

    private TenantGate(Tenant tenant)
    {
        Tenant = tenant;
        PublicPaths = PublicPaths.Compile(tenant.Interceptor.PublicPaths);
        CookieName = CookieRules.NameFor(tenant);
        Headers = HeadersOf(tenant);
        Nobody = HostHeaders.Nobody(this);
        if (tenant.Interceptor.Requirement is { } requirement)
        {
            var challenge = StepUpChallenge.Of(requirement);
            StepUp = new StringValues($"{AuthenticationSchemes.Bearer} {challenge}");
            BoundStepUp = new StringValues($"{AuthenticationSchemes.Dpop} {challenge}, algs=\"{string.Join(' ', DpopRules.Algorithms)}\"");
        }

        _tenantResponsibility = tenant.SilentLogin ? ResponsibilityRules.Of(tenant, "") : null;
    }

    /// <summary>The tenant.</summary>
    public Tenant Tenant { get; }

    /// <summary>Its public paths, compiled.</summary>
    public PublicPaths PublicPaths { get; }

    /// <summary>Name of its login cookie.</summary>
    public string CookieName { get; }

    /// <summary>Every identity header with its claim: the configured ones and <c>X-User-Ident</c>.</summary>
    public ImmutableArray<IdentityHeader> Headers { get; }

    /// <summary>The identity headers of nobody, all empty.</summary>
    public KeyValuePair<string, StringValues>[] Nobody { get; }

    /// <summary>The challenge for logins that are not strong or young enough (RFC 9470 §3); empty where any login will do.</summary>
    public StringValues StepUp { get; }

    /// <summary>The same for a caller whose token is bound to a key (RFC 9449 §7.1).</summary>
    public StringValues BoundStepUp { get; }

    /// <summary>What a session must answer for on a host.</summary>
    /// <param name="host">Normalised.</param>
    public string ResponsibilityOf(string host) => _tenantResponsibility ?? ResponsibilityRules.Of(Tenant, host);

    /// <summary>True the first time something about a header of ours is complained about; there are as many headers as the tenant configured.</summary>
    /// <param name="header">Name of the header.</param>
    public bool IsFirstComplaint(string header) => _complaints.TryAdd(header, 0);

    /// <summary>The host of the login page, with its port where it has one.</summary>
    /// <param name="settings">For <c>PUBLIC_DOMAIN</c>.</param>
    public string LoginHost(ServerSettings settings) => Tenant.Interceptor.Domain is { Length: > 0 } domain ? domain : settings.PublicDomain;

    /// <summary>Prepares gates; one per tenant object, gone with it.</summary>
    internal sealed class Cache
    {
        private readonly ConditionalWeakTable<Tenant, TenantGate> _gates = [];

        /// <summary>The gate of a tenant.</summary>
        public TenantGate Of(Tenant tenant) => _gates.TryGetValue(tenant, out var gate) ? gate : _gates.GetValue(tenant, static key => new TenantGate(key));
    }

    /// <summary>What the translation refused cannot be here; a catalog stored by an older version could hold it all the same.</summary>
    private static ImmutableArray<IdentityHeader> HeadersOf(Tenant tenant) =>
    [
        new IdentityHeader(ForwardHeaderNames.UserIdent, JwtClaims.Subject),
        .. tenant.Interceptor.Headers
            .Where(static header => IdentityHeaderRules.IsName(header.Name) && !IdentityHeaderRules.IsReserved(header.Name))
            .DistinctBy(static header => header.Name, StringComparer.OrdinalIgnoreCase),
    ];
}
