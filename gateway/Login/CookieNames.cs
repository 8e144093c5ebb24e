using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Names of the cookies of the login host itself; that of the session is <c>CookieRules.NameFor</c>.</summary>
internal static class CookieNames
{
    /// <summary>
    /// The prefix that makes browsers insist on <c>Secure</c>, no domain and <c>Path=/</c> (RFC 6265bis §4.1.3.2), so that no sibling
    /// host can plant such a cookie. Plain http cannot have it.
    /// </summary>
    /// <param name="secure">Whether cookies are <c>Secure</c>.</param>
    public static string Host(bool secure) => secure ? "__Host-" : "";

    /// <summary>The cookie that knows who logged in with this browser before.</summary>
    /// <param name="tenant">The tenant: two of them may share a login host.</param>
    /// <param name="secure">Whether cookies are <c>Secure</c>.</param>
    public static string KnownDevice(Tenant tenant, bool secure) =>
        $"{Host(secure)}uitsmijter-known-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tenant.Name)).AsSpan(0, 4))}";

    /// <summary>The cookie that counts silent redirects.</summary>
    /// <param name="secure">Whether cookies are <c>Secure</c>.</param>
    public static string RedirectBrake(bool secure) => $"{Host(secure)}uitsmijter-silent";
}
