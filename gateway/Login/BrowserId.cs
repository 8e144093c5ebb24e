using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// A random cookie that tells two browsers apart before anybody is logged in; forms are sealed for it, so a form fetched by an attacker is
/// worthless in another browser (login CSRF, attack group 39). Its name carries the beginning of its value: tabs that open
/// together before the first answer arrives get one cookie each instead of overwriting each other's.
/// </summary>
internal static class BrowserId
{
    private const string BaseName = "uitsmijter-browser-";
    private const int Bytes = 32;
    private const int Length = 43;
    private const int NamedCharacters = 6;

    private static readonly SearchValues<char> _alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    // Longer than any form lives, and renewed with every form.
    private static readonly TimeSpan _life = TimeSpan.FromDays(1);

    /// <summary>The ids the browser holds.</summary>
    /// <param name="request">The request.</param>
    /// <param name="secure">Whether cookies are <c>Secure</c>; only then is the prefix believed, which no sibling host can forge.</param>
    public static IReadOnlyList<string> Held(HttpRequest request, bool secure) =>
    [
        .. CookieJar.Read(request, name => name.StartsWith(NamePrefix(secure), StringComparison.Ordinal))
            .Where(cookie => IsId(cookie.Value) && cookie.Name == NameOf(cookie.Value, secure))
            .Select(static cookie => cookie.Value),
    ];

    /// <summary>An id for a form: one the browser holds, else a new one; either way the cookie is set for another day.</summary>
    /// <param name="context">The request.</param>
    /// <param name="secure">Whether cookies are <c>Secure</c>.</param>
    /// <param name="now">The present instant.</param>
    public static string Ensure(HttpContext context, bool secure, DateTimeOffset now)
    {
        var id = Held(context.Request, secure) is [var first, ..] ? first : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        SessionCookieWriter.Set(context.Response, NameOf(id, secure), id, now, _life, null, secure);
        return id;
    }

    private static bool IsId(string value) =>
        value.Length == Length && !value.AsSpan().ContainsAnyExcept(_alphabet);

    private static string NameOf(string id, bool secure) => NamePrefix(secure) + id[..NamedCharacters];

    private static string NamePrefix(bool secure) => CookieNames.Host(secure) + BaseName;
}
