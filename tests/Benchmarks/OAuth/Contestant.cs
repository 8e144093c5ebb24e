namespace Uitsmijter.Actors.Benchmarks.OAuth;

/// <summary>One authorization server as the load generator sees it: an ordinary client with a secret, and a person who is logged in.</summary>
internal sealed record Contestant
{
    /// <summary>The client of the peers; ours needs a UUID.</summary>
    public const string PeerClient = "bench";

    /// <summary>The client's secret, everywhere.</summary>
    public const string Secret = "a-secret-of-the-benchmarks-0123456789";

    /// <summary>The client's redirect URI, everywhere.</summary>
    public const string Callback = "https://app.bench.test/callback";

    /// <summary>What the table calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Loopback port.</summary>
    public required int Port { get; init; }

    /// <summary>The client's id.</summary>
    public string ClientId { get; init; } = PeerClient;

    /// <summary>Header <c>Host</c>, where the server tells tenants by it.</summary>
    public string? Host { get; init; }

    /// <summary>Cookies of the browser of a person who is logged in; empty where each client has a person of its own, who logs in before.</summary>
    public string Cookie { get; init; } = "";

    /// <summary>Path of the authorization endpoint.</summary>
    public string AuthorizePath { get; init; } = "/authorize";

    /// <summary>Path of the token endpoint.</summary>
    public string TokenPath { get; init; } = "/token";

    /// <summary>Path of the introspection endpoint.</summary>
    public string IntrospectPath { get; init; } = "/introspect";

    /// <summary>Scopes of the authorization request.</summary>
    public string Scope { get; init; } = "openid read";

    /// <summary>The resource a JWT access token has to be asked for, where a server hands out opaque ones otherwise.</summary>
    public string? Resource { get; init; }

    /// <summary>A request to it, as its proxy or its client sends it.</summary>
    /// <param name="method">Method.</param>
    /// <param name="target">Path and query.</param>
    public HttpRequestMessage Request(HttpMethod method, string target)
    {
        var request = new HttpRequestMessage(method, $"http://127.0.0.1:{Port}{target}");
        if (Host is not null)
        {
            request.Headers.Host = Host;
            request.Headers.TryAddWithoutValidation("X-Forwarded-Host", Host);
            request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        }

        return request;
    }
}

/// <summary>A contestant that runs.</summary>
/// <param name="Server">What the generator has to know.</param>
/// <param name="ProcessorTime">Processor time of all its processes so far, its Redis included.</param>
internal sealed record Running(Contestant Server, Func<TimeSpan> ProcessorTime);
