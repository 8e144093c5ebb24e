using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>Which scopes a client gets (contract http.md §13 with design §4): what it asks for and may have, and what the provider adds and it may take.</summary>
public static class ScopeRules
{
    private static readonly SearchValues<char> _signs = SearchValues.Create("*.+?()[]{}|^$\\");
    private static readonly ConcurrentDictionary<string, Regex?> _patterns = new(StringComparer.Ordinal);

    /// <summary>
    /// Reads a <c>scope</c> parameter: separated by white space (RFC 6749 §3.3). A literal plus sign separates too: browsers resend a
    /// form-encoded space that way (contract http.md §9.2).
    /// </summary>
    /// <param name="text">The parameter, or null.</param>
    /// <returns>Sorted and unique.</returns>
    public static ImmutableArray<string> Parse(string? text) => text is null ? [] : Sorted(text.Split(
        [' ', '\t', '\r', '\n', '+'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whether every character may stand in a scope (RFC 6749 §3.3).</summary>
    /// <param name="scope">One scope.</param>
    public static bool IsWellFormed(string scope) => scope.Length > 0 && scope.All(static c => c is '!' or (>= '#' and <= '[') or (>= ']' and <= '~'));

    /// <summary>The granted scopes.</summary>
    /// <param name="requested">What the client asked for.</param>
    /// <param name="clientScopes">Patterns of what it may ask for.</param>
    /// <param name="providerScopes">What the provider gave the person.</param>
    /// <param name="allowedProviderScopes">Patterns of what the client may take of that; empty means none (RFC 9700 §2.3).</param>
    /// <returns>Sorted and unique.</returns>
    public static ImmutableArray<string> Grant(
        ImmutableArray<string> requested, ImmutableArray<string> clientScopes, ImmutableArray<string> providerScopes, ImmutableArray<string> allowedProviderScopes) =>
        Sorted(Allowed(requested, clientScopes).Concat(Allowed(providerScopes, allowedProviderScopes)).Where(IsWellFormed));

    /// <summary>Those of a grant's scopes that the client, as it is now, may still have.</summary>
    /// <param name="scopes">Scopes of the grant, or some of them.</param>
    /// <param name="facts">The grant.</param>
    /// <param name="client">The client.</param>
    /// <returns>In their order.</returns>
    public static ImmutableArray<string> StillAllowed(ImmutableArray<string> scopes, GrantFacts facts, Client client)
    {
        var own = Allowed(scopes, client.Scopes).ToHashSet(StringComparer.Ordinal);
        var given = Allowed(scopes, client.AllowedProviderScopes).Where(scope => facts.ProviderScopes?.Contains(scope) ?? true).ToHashSet(StringComparer.Ordinal);
        return scopes.IsDefaultOrEmpty ? [] : [.. scopes.Where(scope => own.Contains(scope) || given.Contains(scope))];
    }

    /// <summary>Those of the scopes a pattern allows, in their order.</summary>
    /// <param name="scopes">Scopes.</param>
    /// <param name="patterns">Patterns.</param>
    public static IEnumerable<string> Allowed(ImmutableArray<string> scopes, ImmutableArray<string> patterns) =>
        scopes.IsDefaultOrEmpty || patterns.IsDefaultOrEmpty ? [] : scopes.Where(scope => patterns.Any(pattern => Matches(scope, pattern)));

    /// <summary>As the wire wants it.</summary>
    /// <param name="scopes">Scopes.</param>
    public static string Join(ImmutableArray<string> scopes) => scopes.IsDefaultOrEmpty ? "" : string.Join(' ', scopes);

    private static ImmutableArray<string> Sorted(IEnumerable<string> scopes) => [.. scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // Patterns come from configuration alone, so the cache is as large as the catalog at most.
    private static bool Matches(string scope, string pattern) => scope == pattern || WholePattern.IsMatch(_patterns.GetOrAdd(pattern, Compile), scope);

    /// <summary>A star is one character or more; every other sign of a regular expression keeps its meaning (contract http.md §13).</summary>
    private static Regex? Compile(string pattern) =>
        pattern.AsSpan().ContainsAny(_signs) ? WholePattern.Compile(pattern.Replace("*", ".+", StringComparison.Ordinal)) : null;
}
