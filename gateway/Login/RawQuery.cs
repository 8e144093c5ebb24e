namespace Uitsmijter.Actors.Gateway.Login;

/// <summary>Query values exactly as they were sent: the framework's parser would turn the plus signs of a return target into spaces.</summary>
internal static class RawQuery
{
    /// <summary>The still encoded value of a parameter, the last one if it is repeated; null when it is absent.</summary>
    /// <param name="query">The query with or without its question mark.</param>
    /// <param name="name">The parameter's name, unencoded.</param>
    public static string? Last(string? query, string name)
    {
        string? found = null;
        var rest = query.AsSpan().TrimStart('?');
        foreach (var range in rest.Split('&'))
        {
            var pair = rest[range];
            var equals = pair.IndexOf('=');
            if (equals >= 0 && pair[..equals].SequenceEqual(name))
            {
                found = pair[(equals + 1)..].ToString();
            }
        }

        return found;
    }
}
