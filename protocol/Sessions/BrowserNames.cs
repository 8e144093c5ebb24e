namespace Uitsmijter.Actors.Protocol.Sessions;

/// <summary>
/// What a person recognises a browser by: <c>Firefox · Windows</c>. Only names of the lists here come out: no version, no model, nothing a stranger
/// wrote, and too coarse to tell one person from another.
/// </summary>
public static class BrowserNames
{
    /// <summary>Longer user agents are not read to their end.</summary>
    private const int MostRead = 512;

    private const string Between = " · ";

    // The first that fits: nearly everything calls itself Mozilla, Chrome and Safari too.
    private static readonly (string Mark, string Name)[] _browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"), ("DuckDuckGo/", "DuckDuckGo"),
        ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
        ("curl/", "curl"), ("Wget/", "Wget"),
    ];

    private static readonly (string Mark, string Name)[] _systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
    ];

    /// <summary>Names a browser; null for one nobody would recognise.</summary>
    /// <param name="userAgent">The header <c>User-Agent</c>, or null.</param>
    public static string? Of(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent))
        {
            return null;
        }

        var read = userAgent.Length > MostRead ? userAgent[..MostRead] : userAgent;
        var (browser, system) = (First(read, _browsers), First(read, _systems));
        return browser is not null && system is not null ? browser + Between + system : browser ?? system;
    }

    private static string? First(string text, (string Mark, string Name)[] names) =>
        Array.Find(names, name => text.Contains(name.Mark, StringComparison.Ordinal)).Name;
}
