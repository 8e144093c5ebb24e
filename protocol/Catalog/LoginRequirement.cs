using System.Collections.Immutable;
using Orleans;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>
/// What a tenant asks of the login behind a request at forward-auth (RFC 9470 §3): one of some authentication contexts, or a login that is
/// not too old, or both. A tenant that asks for nothing has no such object.
/// </summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.login-requirement")]
public sealed record LoginRequirement
{
    /// <summary>Most contexts a tenant may name.</summary>
    public const int MostContexts = 16;

    /// <summary>Longest context in characters: all of them together still fit into <c>acr_values</c> of an authorization request.</summary>
    public const int LongestContext = 120;

    /// <summary>Least age in seconds: below it a person has hardly come back from the login before the next one is due.</summary>
    public const int LeastAge = 60;

    /// <summary>Greatest age in seconds, a year; sessions end long before.</summary>
    public const int GreatestAge = 366 * 24 * 60 * 60;

    /// <summary>How far ahead the clock may be that wrote down when the login was; further ahead its age is unknown, and unknown is too old.</summary>
    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(6);

    /// <summary>Contexts in order of preference, any of which will do; empty for any login.</summary>
    [Id(0)] public ImmutableArray<string> AcrValues { get; init; } = [];

    /// <summary>How old the login may be; null for any age.</summary>
    [Id(1)] public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether a login will do.</summary>
    /// <param name="acr">Its context, or null where it has none or nobody knows.</param>
    /// <param name="authTime">When it was, or null where nobody knows.</param>
    /// <param name="now">The instant.</param>
    public bool IsMetBy(string? acr, DateTimeOffset? authTime, DateTimeOffset now) => IsMetBy(acr) && IsYoung(authTime, now);

    /// <summary>Whether a login of just now will do.</summary>
    /// <param name="acr">Its context, or null where it has none.</param>
    public bool IsMetBy(string? acr) => AcrValues.IsDefaultOrEmpty || (acr is not null && AcrValues.Contains(acr, StringComparer.Ordinal));

    private bool IsYoung(DateTimeOffset? authTime, DateTimeOffset now) =>
        MaxAge is not { } age || (authTime is { } at && at <= now + _skew && now - at <= age);

    /// <summary>Whether a text can be a context: it stands between blanks in <c>acr_values</c> and between quotes in a challenge (RFC 9470 §3).</summary>
    /// <param name="text">The text.</param>
    public static bool IsContext(string text) =>
        text is { Length: > 0 and <= LongestContext } && text.All(static character => character is > ' ' and < '\u007f' and not ('"' or '\\'));
}
