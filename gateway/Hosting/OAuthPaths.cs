using Uitsmijter.Actors.Gateway.Authorization;
using Uitsmijter.Actors.Gateway.Devices;
using Uitsmijter.Actors.Gateway.Grants;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>The endpoints clients call themselves, whose errors are those of RFC 6749 §5.2 and never a page (design §4).</summary>
internal static class OAuthPaths
{
    private static readonly string[] _all = [TokenEndpoint.Path, RevocationEndpoint.Path, UserInfoEndpoint.Path, IntrospectionEndpoint.Path, "/oauth"];

    private static readonly string[] _endpoints =
    [
        TokenEndpoint.Path, RevocationEndpoint.Path, UserInfoEndpoint.Path, UserInfoEndpoint.OldPath, IntrospectionEndpoint.Path, IntrospectionEndpoint.LongPath,
        PushedRequestEndpoint.Path, DeviceAuthorizationEndpoint.Path,
    ];

    /// <summary>Whether a path is one of them, or below.</summary>
    /// <param name="path">The request's path.</param>
    public static bool Contains(PathString path) => Array.Exists(_all, one => path.StartsWithSegments(one, StringComparison.Ordinal));

    /// <summary>The endpoint of a path, in a word of ours; null where there is none.</summary>
    /// <param name="path">The request's path.</param>
    public static string? NameOf(PathString path) => Array.Find(_endpoints, one => path == one);
}
