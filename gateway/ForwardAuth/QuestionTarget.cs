using Uitsmijter.Actors.Protocol.ForwardAuth;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// Tells forward-auth questions from other requests by the raw request target, before routing and before anything decoded or
/// shortened it. Envoy appends the original path to its prefix: were <c>/auth/envoy/../login</c> resolved first, the question about an
/// application would become a request to us (design §4, Dialects).
/// </summary>
internal readonly record struct QuestionTarget
{
    private static readonly string _interceptor = Dialect.Interceptor.Path;

    /// <summary>What the target is.</summary>
    public required QuestionKind Kind { get; init; }

    /// <summary>The dialect of a question; null otherwise.</summary>
    public Dialect? Dialect { get; init; }

    /// <summary>Envoy's original path and query; empty otherwise.</summary>
    public string Rest { get; init; }

    /// <summary>Reads a request target.</summary>
    /// <param name="raw">As it came over the wire.</param>
    /// <param name="path">The path routing would see: decoded, dot segments resolved.</param>
    public static QuestionTarget Read(string raw, string path)
    {
        if (raw.Length > 1 && raw[0] == '/')
        {
            if (raw.StartsWith(_interceptor, StringComparison.Ordinal) && IsEnd(raw, _interceptor.Length))
            {
                return Question(Dialect.Interceptor);
            }

            if (raw.StartsWith(Dialect.Folder + "/", StringComparison.Ordinal) && ReadAuth(raw) is { } question)
            {
                return question;
            }
        }

        // Our names in any other spelling, in absolute form, or reached over dot segments: no proxy asks like that.
        return IsReserved(PathOf(raw)) || IsReserved(path) ? new QuestionTarget { Kind = QuestionKind.Refused, Rest = "" } : default(QuestionTarget) with { Kind = QuestionKind.NotOurs, Rest = "" };
    }

    private static QuestionTarget? ReadAuth(string raw)
    {
        foreach (var dialect in Dialect.All)
        {
            if (!raw.StartsWith(dialect.Path, StringComparison.Ordinal))
            {
                continue;
            }

            if (dialect.Input == DialectInput.RequestLine)
            {
                return raw.Length == dialect.Path.Length || raw[dialect.Path.Length] is '/' or '?'
                    ? new QuestionTarget { Kind = QuestionKind.Question, Dialect = dialect, Rest = raw[dialect.Path.Length..] }
                    : null;
            }

            if (IsEnd(raw, dialect.Path.Length))
            {
                return Question(dialect);
            }
        }

        return null;
    }

    private static QuestionTarget Question(Dialect dialect) => new() { Kind = QuestionKind.Question, Dialect = dialect, Rest = "" };

    private static bool IsEnd(string raw, int at) => raw.Length == at || raw[at] == '?';

    private static bool IsReserved(ReadOnlySpan<char> path) => IsUnder(path, _interceptor) || IsUnder(path, Dialect.Folder);

    private static bool IsUnder(ReadOnlySpan<char> path, string name) =>
        path.StartsWith(name, StringComparison.OrdinalIgnoreCase) && (path.Length == name.Length || path[name.Length] is '/' or '?' or '%' or '\\' or ';' or '.');

    /// <summary>The path of an absolute-form target (RFC 9112 §3.2.2), else the target itself.</summary>
    private static ReadOnlySpan<char> PathOf(string raw)
    {
        var scheme = raw.IndexOf("://", StringComparison.Ordinal);
        if (raw.StartsWith('/') || scheme < 0)
        {
            return raw;
        }

        var slash = raw.IndexOf('/', scheme + 3);
        return slash < 0 ? default : raw.AsSpan(slash);
    }
}

/// <summary>What a request target is to forward-auth.</summary>
internal enum QuestionKind
{
    /// <summary>Another route's.</summary>
    NotOurs,

    /// <summary>A proxy's question.</summary>
    Question,

    /// <summary>Ours, but spelled as no proxy would.</summary>
    Refused,
}
