using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>Where a login cookie is set: everything its domain depends on beside the tenant.</summary>
public sealed record CookiePlace
{
    /// <summary>Normalised host of the request that is answered; a browser takes cookies for this host and its parents only.</summary>
    public required string RequestHost { get; init; }

    /// <summary>Normalised host of the return target, or null when it is relative or there is none.</summary>
    public string? TargetHost { get; init; }

    /// <summary><c>COOKIE_DOMAINS</c>: host to cookie domain.</summary>
    public ImmutableDictionary<string, string> Mapping { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>PUBLIC_DOMAIN</c>, host with optional port.</summary>
    public string PublicDomain { get; init; } = "";
}
