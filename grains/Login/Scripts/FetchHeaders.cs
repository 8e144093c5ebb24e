using System.Collections.Frozen;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>The HTTP side of <c>fetch</c>: which addresses and headers it may use, and how they travel.</summary>
internal static class FetchHeaders
{
    /// <summary>Framing and hop-by-hop headers are ours: a script that sets them could smuggle a second request.</summary>
    private static readonly FrozenSet<string> Ours = new[]
    {
        "Connection", "Content-Length", "Expect", "Host", "HTTP2-Settings", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True for http and https addresses without user name or password in them.</summary>
    public static bool IsWebAddress(Uri url) =>
        url.IsAbsoluteUri && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && HostName.IdnOf(url) is { Length: > 0 };

    /// <summary>True for headers that belong to one origin only.</summary>
    public static bool IsCredential(string header) =>
        header.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || header.Equals("Cookie", StringComparison.OrdinalIgnoreCase);

    /// <summary>True for headers that describe a request's body.</summary>
    public static bool DescribesBody(string header) => header.StartsWith("Content-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Makes the message; headers that are ours to set are left out.</summary>
    /// <exception cref="FetchRefusedException">A header is not one (line breaks, blanks in its name).</exception>
    public static HttpRequestMessage Message(FetchRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url);
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in request.Headers)
        {
            if (Ours.Contains(name))
            {
                continue;
            }

            if (value.AsSpan().ContainsAny('\r', '\n', '\0') || !Add(message, name, value))
            {
                throw new FetchRefusedException("one of the headers is not valid");
            }
        }

        return message;
    }

    /// <summary>The response's headers with lower-case names.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(HttpResponseMessage response) =>
        [.. response.Headers.Concat(response.Content.Headers)
            .Select(header => KeyValuePair.Create(header.Key.ToLowerInvariant(), string.Join(", ", header.Value)))];

    private static bool Add(HttpRequestMessage message, string name, string value)
    {
        try
        {
            return DescribesBody(name)
                ? message.Content is null || message.Content.Headers.TryAddWithoutValidation(name, value)
                : message.Headers.TryAddWithoutValidation(name, value);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            return false;
        }
    }
}
