using System.Collections.Immutable;
using System.Text.Json;

namespace Uitsmijter.Actors.Protocol.Settings;

/// <summary>Reads <c>COOKIE_DOMAINS</c>: a JSON object, host to cookie domain, where <c>*.x</c> means <c>.x</c> (configuration.md §5.1).</summary>
internal static class CookieDomains
{
    private const string Variable = "COOKIE_DOMAINS";

    /// <summary>The usable pairs; what cannot be read is left out and becomes a warning.</summary>
    public static ImmutableDictionary<string, string> Read(string? json, List<string> warnings)
    {
        if (json is null)
        {
            return ImmutableDictionary<string, string>.Empty;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind is JsonValueKind.Object)
            {
                return Pairs(document.RootElement, warnings);
            }
        }
        catch (JsonException)
        {
            // Answered below, in the words an operator knows.
        }

        warnings.Add($"{Variable} is not a JSON object of host to cookie domain, so it is ignored.");
        return ImmutableDictionary<string, string>.Empty;
    }

    private static ImmutableDictionary<string, string> Pairs(JsonElement root, List<string> warnings)
    {
        var pairs = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            var host = property.Name.Trim().ToLowerInvariant();
            var domain = property.Value.ValueKind is JsonValueKind.String ? Domain(property.Value.GetString()!) : null;
            if (domain is null || !IsHostText(host))
            {
                warnings.Add($"{Variable}: the entry for {Printable(host)} is not a cookie domain such as .example.com, so it is ignored.");
                continue;
            }

            pairs[host] = domain;
        }

        return pairs.ToImmutable();
    }

    private static string? Domain(string text)
    {
        var domain = text.Trim().ToLowerInvariant();
        domain = domain.StartsWith("*.", StringComparison.Ordinal) ? domain[1..] : domain;
        return IsHostText(domain.TrimStart('.')) ? domain : null;
    }

    // A cookie domain is written into a header: nothing but host characters, or a value could add attributes of its own.
    private static bool IsHostText(string text) =>
        text.Length is > 0 and <= 253 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '*');

    private static string Printable(string text) => new([.. text.Take(60).Where(static c => c is > ' ' and < '\u007f')]);
}
