namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Headers in which reverse proxies describe the request they ask about, and headers we answer with (proxies.md A, B.3).</summary>
public static class ForwardHeaderNames
{
    /// <summary>Original method (Traefik, Caddy).</summary>
    public const string ForwardedMethod = "X-Forwarded-Method";

    /// <summary>Original scheme; may be <c>ws</c> or <c>wss</c>.</summary>
    public const string ForwardedProto = "X-Forwarded-Proto";

    /// <summary>Original host, with its port where it has one.</summary>
    public const string ForwardedHost = "X-Forwarded-Host";

    /// <summary>Original path and query as received.</summary>
    public const string ForwardedUri = "X-Forwarded-Uri";

    /// <summary>Addresses of the client and the proxies before the last one.</summary>
    public const string ForwardedFor = "X-Forwarded-For";

    /// <summary>Original method (nginx, by convention).</summary>
    public const string OriginalMethod = "X-Original-Method";

    /// <summary>The whole original URL (nginx, by convention).</summary>
    public const string OriginalUrl = "X-Original-URL";

    /// <summary>Original path and query (nginx, by convention).</summary>
    public const string OriginalUri = "X-Original-URI";

    /// <summary>Where to log in, on answers that are no redirect.</summary>
    public const string LoginUrl = "X-Login-Url";

    /// <summary>The subject, on every allow.</summary>
    public const string UserIdent = "X-User-Ident";

    /// <summary>What a trusted proxy says a login is for (contract http.md §2.2).</summary>
    public const string Mode = "X-Uitsmijter-Mode";
}
