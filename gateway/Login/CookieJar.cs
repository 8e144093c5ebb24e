using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>
/// Reads cookies as they stand in the header. A browser sends two cookies of one name when they differ in domain, and a sibling
/// sub-domain can add one (cookie tossing, attack group 18): whoever reads only one of them may read the wrong one.
/// </summary>
internal static class CookieJar
{
    private const int Most = 64;

    /// <summary>All values of cookies whose name satisfies a test, in the order they were sent.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isWanted">The test.</param>
    public static List<(string Name, string Value)> Read(HttpRequest request, Func<string, bool> isWanted)
    {
        var found = new List<(string, string)>();
        foreach (var line in (IEnumerable<string?>)request.Headers[HeaderNames.Cookie])
        {
            foreach (var part in new StringTokenizer(line ?? "", [';']))
            {
                var pair = part.Trim();
                var equals = pair.IndexOf('=');
                if (equals > 0 && pair.Subsegment(0, equals).ToString() is var name && isWanted(name) && found.Count < Most)
                {
                    found.Add((name, pair.Subsegment(equals + 1).ToString()));
                }
            }
        }

        return found;
    }

    /// <summary>All values of one cookie.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">Its name.</param>
    public static IEnumerable<string> Values(HttpRequest request, string name) =>
        Read(request, candidate => candidate == name).Select(static cookie => cookie.Value);
}
