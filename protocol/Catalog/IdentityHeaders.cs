using System.Buffers;
using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Translates <c>interceptor.headers</c>: a mapping of response header to claim path.</summary>
internal static class IdentityHeaders
{
    private static readonly SearchValues<char> _claimCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:/.@");

    /// <summary>The headers in their written order.</summary>
    public static ImmutableArray<IdentityHeader> Read(MappingReader block)
    {
        switch (block.Node(ConfigurationKeys.Headers))
        {
            case null:
                return [];
            case ConfigurationNode.Mapping mapping:
                return Read(mapping, block);
            default:
                block.Add(Problems.WrongType, ConfigurationKeys.Headers, "must be a mapping of header name to claim, such as X-Auth-Email: profile.email.");
                return [];
        }
    }

    private static ImmutableArray<IdentityHeader> Read(ConfigurationNode.Mapping mapping, MappingReader block)
    {
        var headers = ImmutableArray.CreateBuilder<IdentityHeader>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in mapping.Entries)
        {
            var why = WhyNoHeader(entry.Key)
                ?? (seen.Add(entry.Key) ? null : "is there twice: header names do not distinguish case.")
                ?? WhyNoClaim((entry.Value as ConfigurationNode.Scalar)?.Text);
            if (why is not null)
            {
                block.Problems.Add(Problems.BadHeader, entry.Line, $"{block.PathOf(ConfigurationKeys.Headers)}.{entry.Key}", $"{ProblemList.Quote(entry.Key)} {why}");
                continue;
            }

            headers.Add(new IdentityHeader(entry.Key, ((ConfigurationNode.Scalar)entry.Value).Text!));
        }

        return headers.ToImmutable();
    }

    private static string? WhyNoHeader(string name) =>
        !IdentityHeaderRules.IsName(name) ? "is no header name: use letters, digits and hyphens."
        : IdentityHeaderRules.IsReserved(name) ? "already has a meaning in HTTP or in forward-auth: choose another name."
        : null;

    private static string? WhyNoClaim(string? claim) =>
        claim is null or { Length: 0 or > 4 * IdentityHeaderRules.MostCharacters }
        || claim.AsSpan().ContainsAnyExcept(_claimCharacters)
        || claim.Split('.').Any(static part => part.Length == 0)
            ? "needs a claim: a name such as sub, or a path such as profile.email."
            : null;
}
