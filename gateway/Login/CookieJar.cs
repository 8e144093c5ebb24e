using Microsoft.Net.Http.Headers;

namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>The cookies of a request as lists, for pages; forward-auth walks <see cref="CookiePairs"/> itself.</summary>
internal static class CookieJar
{
    /// <summary>All values of cookies whose name satisfies a test, in the order they were sent.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isWanted">The test.</param>
    public static List<(string Name, string Value)> Read(HttpRequest request, Func<string, bool> isWanted)
    {
        var found = new List<(string, string)>();
        var pairs = new CookiePairs(request.Headers[HeaderNames.Cookie]);
        while (pairs.MoveNext())
        {
            if (pairs.Name.ToString() is var name && isWanted(name))
            {
                found.Add((name, pairs.Value.ToString()));
            }
        }

        return found;
    }

    /// <summary>All values of one cookie.</summary>
    /// <param name="request">The request.</param>
    /// <param name="name">Its name.</param>
    public static List<string> Values(HttpRequest request, string name)
    {
        var found = new List<string>();
        var pairs = new CookiePairs(request.Headers[HeaderNames.Cookie]);
        while (pairs.MoveTo(name))
        {
            found.Add(pairs.Value.ToString());
        }

        return found;
    }
}
