using System.Buffers;
using System.Globalization;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>The original request as a proxy described it: what the browser sent, not what the proxy sends us.</summary>
public readonly record struct ForwardedRequest
{
    /// <summary>Longest path with query that is read.</summary>
    public const int MaxTargetLength = 16 * 1024;

    private const string Http = "http";
    private const string Https = "https";
    private const string Get = "GET";
    private const string Head = "HEAD";
    private const string Options = "OPTIONS";

    private static readonly SearchValues<char> _token =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    /// <summary>What can be in no request target (RFC 9112 §3.2, RFC 3986): controls, white space, and the sign of a fragment.</summary>
    private static readonly SearchValues<char> _impossible =
        SearchValues.Create([.. Enumerable.Range(0, 0x21).Select(static code => (char)code), '#', (char)0x7F]);

    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary><c>http</c> or <c>https</c>; a web socket counts as what carries it.</summary>
    public required string Scheme { get; init; }

    /// <summary>The normalised host.</summary>
    public required string Host { get; init; }

    /// <summary>The port the host was named with; 0 for none or for the scheme's own.</summary>
    public int Port { get; init; }

    /// <summary>Path and query exactly as received.</summary>
    public required string Target { get; init; }

    /// <summary>True when a person changes pages (design §4): fetch metadata says so, or is absent and HTML is welcome; GET and HEAD only.</summary>
    public bool IsNavigation { get; init; }

    /// <summary>True for a CORS pre-flight request (Fetch §3.2.2): <c>OPTIONS</c> with both of its headers.</summary>
    public bool IsPreflight { get; init; }

    /// <summary>The URL to come back to after the login.</summary>
    public string Url => Port == 0
        ? string.Concat(Scheme, "://", Host, Target)
        : string.Create(CultureInfo.InvariantCulture, $"{Scheme}://{Host}:{Port}{Target}");

    /// <summary>Reads the request from the headers of a dialect, and from no others.</summary>
    /// <param name="dialect">The dialect that was asked.</param>
    /// <param name="headers">The collected headers.</param>
    /// <param name="line">The request line and <c>Host</c> of the question itself; Envoy describes the request there.</param>
    /// <param name="request">The request, when it is readable.</param>
    /// <returns>False when something is missing, doubled, contradicting or malformed.</returns>
    public static bool TryRead(Dialect dialect, in ForwardedHeaders headers, in QuestionLine line, out ForwardedRequest request)
    {
        request = default;
        return dialect.Input switch
        {
            DialectInput.Forwarded => TryReadForwarded(headers, out request),
            DialectInput.Original => TryReadOriginal(headers, out request),
            _ => TryReadLine(headers, line, out request),
        };
    }

    private static bool TryReadForwarded(in ForwardedHeaders headers, out ForwardedRequest request)
    {
        const ForwardedHeaders.Field Fields = ForwardedHeaders.Field.ForwardedMethod | ForwardedHeaders.Field.ForwardedProto
            | ForwardedHeaders.Field.ForwardedHost | ForwardedHeaders.Field.ForwardedUri;
        request = default;
        return !headers.IsSpoiled(Fields)
            && TryMake(headers, headers.ForwardedMethod, headers.ForwardedProto, headers.ForwardedHost, headers.ForwardedUri, out request);
    }

    private static bool TryReadOriginal(in ForwardedHeaders headers, out ForwardedRequest request)
    {
        const ForwardedHeaders.Field Own = ForwardedHeaders.Field.OriginalMethod | ForwardedHeaders.Field.OriginalUrl | ForwardedHeaders.Field.OriginalUri;
        request = default;

        // nginx passes on what the client sent under names the administrator did not set: two descriptions contradict each other.
        if (headers.IsSpoiled(Own) || headers.OriginalUrl is null == headers.OriginalUri is null)
        {
            return false;
        }

        if (headers.OriginalUrl is { } url)
        {
            return TrySplitUrl(url, out var scheme, out var host, out var target) && TryMake(headers, headers.OriginalMethod, scheme, host, target, out request);
        }

        return !headers.IsSpoiled(ForwardedHeaders.Field.ForwardedProto | ForwardedHeaders.Field.ForwardedHost)
            && TryMake(headers, headers.OriginalMethod, headers.ForwardedProto, headers.ForwardedHost, headers.OriginalUri, out request);
    }

    private static bool TryReadLine(in ForwardedHeaders headers, in QuestionLine line, out ForwardedRequest request)
    {
        request = default;
        return !headers.IsSpoiled(ForwardedHeaders.Field.ForwardedProto)
            && !PolicyPath.HasDotSegment(line.Target)
            && TryMake(headers, line.Method, headers.ForwardedProto, line.Host, line.Target, out request);
    }

    private static bool TryMake(in ForwardedHeaders headers, string? method, string? proto, string? rawHost, string? target, out ForwardedRequest request)
    {
        request = default;
        if (!IsMethod(method) || SchemeOf(proto) is not { } scheme || !IsTarget(target) || !HostName.TrySplit(rawHost, out var host, out var port))
        {
            return false;
        }

        request = new ForwardedRequest
        {
            Method = method!,
            Scheme = scheme,
            Host = host,
            Port = port == (scheme == Https ? 443 : 80) ? 0 : port,
            Target = target!,
            IsNavigation = IsNavigationOf(method!, headers),
            IsPreflight = method == Options && headers.HasOrigin && headers.HasRequestMethod,
        };
        return true;
    }

    private static bool IsNavigationOf(string method, in ForwardedHeaders headers) =>
        method is Get or Head
        && (headers.HasFetchMetadata
            ? headers.FetchMode == "navigate" && !headers.IsSpoiled(ForwardedHeaders.Field.FetchMode)
            : !headers.HasAccept || headers.AcceptsHtml);

    private static bool IsMethod(string? method) => method is { Length: > 0 and <= 32 } && !method.AsSpan().ContainsAnyExcept(_token);

    private static bool IsTarget(string? target) =>
        target is { Length: > 0 and <= MaxTargetLength } && target[0] == '/' && !target.AsSpan().ContainsAny(_impossible);

    private static string? SchemeOf(string? proto) => proto switch
    {
        Https or "wss" => Https,
        Http or "ws" => Http,
        { Length: 2 or 3 or 4 or 5 } when proto.Any(char.IsAsciiLetterUpper) => SchemeOf(proto.ToLowerInvariant()),
        _ => null,
    };

    private static bool TrySplitUrl(string url, out string scheme, out string host, out string target)
    {
        scheme = host = target = "";
        var colon = url.IndexOf("://", StringComparison.Ordinal);
        var path = colon < 0 ? -1 : url.IndexOf('/', colon + 3);
        if (path < 0)
        {
            return false;
        }

        scheme = url[..colon];
        host = url[(colon + 3)..path];
        target = url[path..];
        return true;
    }
}

/// <summary>The first line and <c>Host</c> of a question to us; the Envoy dialect reads the original request from them.</summary>
/// <param name="Method">The question's method.</param>
/// <param name="Host">The question's <c>Host</c>.</param>
/// <param name="Target">The raw target without the dialect's prefix.</param>
public readonly record struct QuestionLine(string Method, string? Host, string Target);
