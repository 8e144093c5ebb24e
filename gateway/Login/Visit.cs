using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Login;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>A request for a page together with the tenant it belongs to, judged by one snapshot of the catalog.</summary>
internal sealed record Visit
{
    /// <summary>What the browser asked.</summary>
    public required BrowserRequest Request { get; init; }

    /// <summary>The catalog the whole request is judged by.</summary>
    public required CatalogSnapshot Catalog { get; init; }

    /// <summary>The tenant.</summary>
    public required Tenant Tenant { get; init; }

    /// <summary>Where the person wants to go; allowed for the tenant.</summary>
    public required ReturnTarget Target { get; init; }

    /// <summary>Whether cookies may be set, and how.</summary>
    public required CookieProtection Protection { get; init; }

    /// <summary>Prefix of form targets and links on pages that name their host (contract configuration.md §4.3).</summary>
    public string ServiceUrl => $"//{Request.Authority}";

    /// <summary>What the tenant asks of a login; only one for a proxy opens forward-auth. Null where any will do.</summary>
    /// <param name="mode">The login's mode.</param>
    public LoginRequirement? RequirementOf(string mode) => mode == LoginModes.Interceptor ? Tenant.Interceptor.Requirement : null;

    /// <summary>True when cookies get the attribute <c>Secure</c>.</summary>
    public bool Secure => Protection == CookieProtection.Secure;
}
