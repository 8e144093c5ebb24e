using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>The host in <c>Origin</c> or <c>Referer</c>.</summary>
internal static class SourceHost
{
    /// <summary>The normalised host of an absolute URL; null for <c>null</c> and for anything else.</summary>
    /// <param name="url">The header's value.</param>
    public static string? Of(string? url) =>
        url is not null && (url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ? ReturnTargetRules.Parse(url)?.Host : null;
}
