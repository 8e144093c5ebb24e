using System.Buffers;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// What may stand where a browser follows it. A page never carries <c>javascript:</c>, <c>data:</c> and their like, in no spelling,
/// whatever the template does with the value.
/// </summary>
internal static class SafeTarget
{
    private static readonly SearchValues<char> _controls = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(static code => (char)code).Where(char.IsControl)]);

    /// <summary>The link itself if it is an absolute http or https URL, else null.</summary>
    public static string? WebLink(string? link) =>
        IsClean(link) && Uri.TryCreate(link, UriKind.Absolute, out var uri) && IsWeb(uri) && uri.Host.Length > 0 ? link : null;

    /// <summary>
    /// The target itself if it is a path, a web address, or an application's own scheme, which must contain a dot (RFC 8252 §7.1: reverse
    /// domain name; no scheme a browser executes has one); else <c>/</c>. Null stays null.
    /// </summary>
    public static string? Target(string? target)
    {
        if (target is null || (IsClean(target) && IsHarmless(target)))
        {
            return target;
        }

        return "/";
    }

    /// <summary>
    /// The target's place as a source of a Content-Security-Policy: <c>https://host:port</c>, or <c>scheme:</c> of an application; null for a
    /// path, an address of ours, or anything that is no clean URL.
    /// </summary>
    /// <param name="target">URL, path, or <c>//host/…</c>.</param>
    public static string? PolicySource(string? target)
    {
        if (!IsClean(target))
        {
            return null;
        }

        if (target!.StartsWith("//", StringComparison.Ordinal))
        {
            // Without a scheme CSP takes the page's own, and accepts the upgrade from http to https.
            return Uri.TryCreate("https:" + target, UriKind.Absolute, out var local) && HostName.IdnOf(local) is { } name && IsPlainHost(name)
                ? local.IsDefaultPort ? name : name + ":" + local.Port
                : null;
        }

        if (!Uri.TryCreate(target, UriKind.Absolute, out var uri) || target.StartsWith('/'))
        {
            return null;
        }

        if (IsWeb(uri))
        {
            return HostName.IdnOf(uri) is { } host && IsPlainHost(host) ? $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : ":" + uri.Port)}" : null;
        }

        return IsHarmless(target) ? uri.Scheme + ":" : null;
    }

    /// <summary>The host a person is on the way to, or null for a path.</summary>
    public static string? HostOf(string? target) =>
        IsClean(target) &&
        (target!.StartsWith("//", StringComparison.Ordinal) ? Uri.TryCreate("https:" + target, UriKind.Absolute, out var uri)
            : Uri.TryCreate(target, UriKind.Absolute, out uri) && !target.StartsWith('/')) && IsWeb(uri!)
            ? HostName.IdnOf(uri!)
            : null;

    private static bool IsWeb(Uri uri) => uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp;

    private static bool IsPlainHost(string host) =>
        host.Length is > 0 and <= 253 && host.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.');

    // Browsers drop tabs and line breaks inside a URL and blanks around it: "java\tscript:" runs.
    private static bool IsClean(string? value) =>
        !string.IsNullOrEmpty(value) && !value.AsSpan().ContainsAny(_controls) && !char.IsWhiteSpace(value[0]);

    private static bool IsHarmless(string target)
    {
        var end = target.AsSpan().IndexOfAny(":/?#\\");
        if (end < 0 || target[end] != ':')
        {
            return true;
        }

        var scheme = target.AsSpan(0, end);
        return scheme.Equals("https", StringComparison.OrdinalIgnoreCase) || scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ||
            (scheme.Contains('.') && IsScheme(scheme));
    }

    private static bool IsScheme(ReadOnlySpan<char> scheme)
    {
        foreach (var character in scheme)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(scheme[0]);
    }
}
