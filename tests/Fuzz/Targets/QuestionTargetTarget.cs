using Uitsmijter.Actors.Gateway.ForwardAuth;
using Uitsmijter.Actors.Protocol.ForwardAuth;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>Request targets: none with a prefix of ours reaches another route, and a question is exactly what a proxy writes.</summary>
internal sealed class QuestionTargetTarget : FuzzTarget
{
    /// <inheritdoc />
    public override string Name => "questions";

    /// <inheritdoc />
    public override IReadOnlyList<string> Words =>
        ["/interceptor", "/auth/", "/auth/envoy", "/auth/traefik", "/auth/caddy", "/auth/nginx", "/auth/check", "/login", "/../", "%2e%2e", "%2f", "\\", "//", ";", "?", "http://host", "*"];

    /// <inheritdoc />
    public override void Try(string input)
    {
        var routed = Routed(input);
        var target = QuestionTarget.Read(input, routed);
        if (target.Kind == QuestionKind.Question)
        {
            var name = input.Split('?')[0];
            Must(target.Dialect!.Input == DialectInput.RequestLine
                ? input == target.Dialect.Path + target.Rest && (target.Rest.Length == 0 || target.Rest[0] is '/' or '?')
                : name == target.Dialect.Path && target.Rest.Length == 0, "a question is spelled as a proxy spells it");
        }
        else if (target.Kind == QuestionKind.NotOurs)
        {
            Must(!IsOurs(routed) && !IsOurs(input), "no target of ours goes to another route");
        }
    }

    private static bool IsOurs(string path)
    {
        var name = path.Split('?')[0];
        return name.Equals("/interceptor", StringComparison.OrdinalIgnoreCase) || name.StartsWith("/interceptor/", StringComparison.OrdinalIgnoreCase)
            || name.Equals("/auth", StringComparison.OrdinalIgnoreCase) || name.StartsWith("/auth/", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The path routing sees: decoded once except for slashes, dot segments resolved (as Kestrel does).</summary>
    private static string Routed(string target)
    {
        var path = target.Split('?', '#')[0];
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (!path.StartsWith('/') && scheme >= 0)
        {
            var slash = path.IndexOf('/', scheme + 3);
            path = slash < 0 ? "/" : path[slash..];
        }

        var decoded = Uri.UnescapeDataString(path.Replace("%2f", "%252f", StringComparison.OrdinalIgnoreCase));
        var kept = new List<string>();
        foreach (var segment in decoded.Split('/')[1..])
        {
            if (segment == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (segment is not ("." or ".."))
            {
                kept.Add(segment);
            }
        }

        return "/" + string.Join('/', kept);
    }
}
