using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>Where a person logs in, and comes back from (contract http.md §10). The host is configuration, never the request's.</summary>
internal static class LoginAddress
{
    /// <summary>
    /// Longest encoded return target: the request for the login page still fits the request line of common proxies (8 KiB), and the form, which
    /// carries the target open and sealed, the longest body (16 KiB).
    /// </summary>
    public const int MaxTargetLength = 6000;

    /// <summary>The absolute address of the login page. The target is percent-encoded as a whole (design §4): nothing after an <c>&amp;</c> is lost.</summary>
    /// <param name="gate">The tenant.</param>
    /// <param name="request">The request to come back to. One that is too long loses its query, then its path.</param>
    /// <param name="settings">For <c>PUBLIC_DOMAIN</c>.</param>
    public static string Of(TenantGate gate, in ForwardedRequest request, ServerSettings settings) =>
        $"{request.Scheme}://{gate.LoginHost(settings)}{LoginEndpoint.Path}?{FieldNames.For}={TargetOf(request)}&{FieldNames.Mode}={LoginModes.Interceptor}";

    private static string TargetOf(in ForwardedRequest request)
    {
        var whole = Uri.EscapeDataString(request.Url);
        if (whole.Length <= MaxTargetLength)
        {
            return whole;
        }

        var query = request.Target.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.EscapeDataString((request with { Target = query < 0 ? request.Target : request.Target[..query] }).Url);
        return path.Length <= MaxTargetLength ? path : Uri.EscapeDataString((request with { Target = "/" }).Url);
    }
}
