using System.Net;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>Reads what a page refers to.</summary>
internal static partial class PageLinks
{
    [GeneratedRegex("(?:href|src)=\"(/(?:css|js|images|fonts)/[^\"]+|/favicon.ico[^\"]*)\"")]
    private static partial Regex AssetLink { get; }

    /// <summary>The assets a page loads, never none.</summary>
    public static string[] Assets(string html)
    {
        var links = AssetLink.Matches(html).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).ToArray();
        Assert.NotEmpty(links);
        return links;
    }
}
