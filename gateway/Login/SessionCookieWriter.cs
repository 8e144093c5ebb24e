using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Writes the login cookie with the contract's attributes in the contract's order (http.md §11.1), and <c>SameSite=Lax</c>, so that
/// a link from another site finds the person logged in.
/// </summary>
internal static class SessionCookieWriter
{
    /// <summary>Sets the cookie.</summary>
    /// <param name="response">The response; other cookies of the same name and another domain stay.</param>
    /// <param name="name">Name of the cookie.</param>
    /// <param name="value">The token.</param>
    /// <param name="now">The present instant.</param>
    /// <param name="life">How long the browser keeps it.</param>
    /// <param name="domain">Domain attribute, or null for this host alone.</param>
    /// <param name="secure">Whether it travels over TLS only.</param>
    public static void Set(HttpResponse response, string name, string value, DateTimeOffset now, TimeSpan life, string? domain, bool secure) =>
        Append(response, Format(name, value, now + life, (long)Math.Ceiling(life.TotalSeconds), domain, secure));

    /// <summary>Takes the cookie away.</summary>
    /// <inheritdoc cref="Set" path="/param"/>
    public static void Clear(HttpResponse response, string name, DateTimeOffset now, string? domain, bool secure) =>
        Append(response, Format(name, CookieRules.ClearedValue, now - TimeSpan.FromSeconds(1), -1, domain, secure));

    /// <summary>The header value of one cookie.</summary>
    internal static string Format(string name, string value, DateTimeOffset expires, long maxAge, string? domain, bool secure)
    {
        var text = new StringBuilder(value.Length + 192)
            .Append(name).Append('=').Append(value)
            .Append("; Expires=").Append(expires.UtcDateTime.ToString("R", CultureInfo.InvariantCulture))
            .Append(CultureInfo.InvariantCulture, $"; Max-Age={maxAge}");
        if (domain is not null)
        {
            text.Append("; Domain=").Append(domain);
        }

        return text.Append("; Path=/").Append(secure ? "; Secure" : "").Append("; HttpOnly; SameSite=Lax").ToString();
    }

    private static void Append(HttpResponse response, string cookie) => response.Headers.Append(HeaderNames.SetCookie, cookie);
}
