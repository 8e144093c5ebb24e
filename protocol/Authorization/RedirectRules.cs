using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// Whether an address is one a client registered (RFC 9700 §4.1, design §4): a pattern matches the whole address or not at all; one without a
/// path also takes <c>/</c>; the port of a loopback address is free (RFC 8252 §7.3).
/// </summary>
public static class RedirectRules
{
    /// <summary>Longest address that is looked at.</summary>
    public const int MaxLength = 2048;

    private static readonly ConcurrentDictionary<string, Regex?> _patterns = new(StringComparer.Ordinal);
    private static readonly SearchValues<char> _schemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
    private static readonly string[] _dangerous = ["javascript", "data", "vbscript", "file", "about", "blob", "ws", "wss", "view-source"];

    /// <summary>What an answer holds (RFC 6749 §4.1.2, RFC 9207 §2).</summary>
    private static readonly FrozenSet<string> _answers = FrozenSet.Create(
        StringComparer.Ordinal, OAuthParameters.Code, OAuthParameters.State, OAuthParameters.Issuer, OAuthParameters.Error, OAuthParameters.ErrorDescription);

    /// <summary>Whether an address can be a redirect target at all (RFC 6749 §3.1.2): absolute, printable, without fragment and user name, of no scheme that runs something.</summary>
    /// <param name="address">The address as it was sent.</param>
    public static bool IsWellFormed(string address) =>
        address.Length is > 0 and <= MaxLength
        && address.All(static c => c is > ' ' and < '\u007f' and not ('\\' or '"' or '<' or '>' or '`' or '{' or '}' or '^' or '|'))
        && !address.Contains('#', StringComparison.Ordinal)
        && address.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        && char.IsAsciiLetter(address[0])
        && address.AsSpan(0, colon).IndexOfAnyExcept(_schemeCharacters) < 0
        && !_dangerous.Contains(address[..colon], StringComparer.OrdinalIgnoreCase)
        && HasSafeAuthority(address, colon);

    /// <summary>Whether the address is one of the registered ones.</summary>
    /// <param name="address">The address as it was sent.</param>
    /// <param name="patterns">The client's patterns.</param>
    public static bool IsRegistered(string address, ImmutableArray<string> patterns) =>
        IsWellFormed(address) && patterns.Any(pattern => Matches(address, pattern));

    /// <summary>
    /// Whether an address says already what only an answer says. A pattern may let whoever wrote the link choose the query: a client that reads the first of two codes would take his (attack group 14).
    /// </summary>
    /// <param name="address">A registered address as it was sent.</param>
    public static bool CarriesAnswer(string address) =>
        address.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark
        && address[(mark + 1)..].Split('&').Any(static pair => _answers.Contains(Uri.UnescapeDataString(pair.Split('=', 2)[0].Replace('+', ' '))));

    private static bool Matches(string address, string pattern) =>
        string.Equals(address, pattern, StringComparison.Ordinal)
        || IsMatch(address, pattern)
        || (PathOf(address) == "/" && IsMatch(address[..^1], pattern))
        || (WithoutLoopbackPort(address) is { } portless && (string.Equals(portless, pattern, StringComparison.Ordinal) || IsMatch(portless, pattern)));

    private static bool IsMatch(string address, string pattern) => WholePattern.IsMatch(_patterns.GetOrAdd(pattern, WholePattern.Compile), address);

    /// <summary>"https:evil" and a user name before the host are read differently by different people (attack group 13).</summary>
    private static bool HasSafeAuthority(string address, int colon)
    {
        var rest = address.AsSpan(colon + 1);
        var isWeb = address.AsSpan(0, colon) is var scheme
            && (scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("https", StringComparison.OrdinalIgnoreCase));
        if (!rest.StartsWith("//"))
        {
            return !isWeb;
        }

        var end = rest[2..].IndexOfAny('/', '?');
        var authority = end < 0 ? rest[2..] : rest.Slice(2, end);
        return !authority.Contains('@') && !authority.Contains('%') && (!isWeb || (authority.Length > 0 && authority[0] != ':'));
    }

    private static string? PathOf(string address)
    {
        var start = address.IndexOf("://", StringComparison.Ordinal);
        var slash = start < 0 ? -1 : address.IndexOfAny(['/', '?'], start + 3);
        return slash < 0 ? null : address[slash..];
    }

    /// <summary>The address without its port where its host is a loopback literal; localhost is a name, but people use it so.</summary>
    private static string? WithoutLoopbackPort(string address)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["http://127.0.0.1:", "http://[::1]:", "http://localhost:"])
        {
            if (address.StartsWith(prefix, StringComparison.Ordinal))
            {
                var end = prefix.Length;
                while (end < address.Length && char.IsAsciiDigit(address[end]))
                {
                    end++;
                }

                return end - prefix.Length <= 5
                    && ushort.TryParse(address.AsSpan(prefix.Length..end), NumberStyles.None, CultureInfo.InvariantCulture, out _)
                    && (end == address.Length || address[end] is '/' or '?')
                    ? address[..(prefix.Length - 1)] + address[end..]
                    : null;
            }
        }

        return null;
    }
}
