using Uitsmijter.Actors.Protocol.ForwardAuth;
using Uitsmijter.Actors.Protocol.Hosts;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>
/// The dialects of forwarded headers: exactly the documented headers, each once, in one spelling, and nothing else changes anything
/// (attacks 1 to 6). The input is a dialect's letter and one header a line; the first line may be a request line.
/// </summary>
internal sealed class ForwardedTarget : FuzzTarget
{
    private static readonly string[] _irrelevant = ["X-Forwarded-Prefix", "X-Forwarded-Port", "X-Forwarded-For", "X-Real-IP", "Forwarded", "X-HTTP-Method-Override", "X-Rewrite-URL", "X-Uitsmijter-Mode"];

    private static readonly Dictionary<DialectInput, string[][]> _documented = new()
    {
        [DialectInput.Forwarded] = [["X-Forwarded-Method", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Uri"]],
        [DialectInput.Original] = [["X-Original-Method", "X-Original-URL"], ["X-Original-Method", "X-Original-URI", "X-Forwarded-Proto", "X-Forwarded-Host"]],
        [DialectInput.RequestLine] = [["X-Forwarded-Proto"]],
    };

    /// <inheritdoc />
    public override string Name => "forwarded";

    /// <inheritdoc />
    public override IReadOnlyList<string> Words =>
        ["\nX-Forwarded-Method: ", "\nX-Forwarded-Proto: ", "\nX-Forwarded-Host: ", "\nX-Forwarded-Uri: ", "\nX-Original-URL: ", "\nX-Original-URI: ", "\nX-Original-Method: ", "\nX_Forwarded_Host: ", "\nSec-Fetch-Mode: ", "\nAccept: ", "https", "wss", "HTTPS", "GET", "OPTIONS", "navigate", "text/html", "cookbooks.example.test", "://", "/", "%2e%2e", ", "];

    /// <inheritdoc />
    public override void Try(string input)
    {
        var lines = input.Split('\n');
        var dialect = Dialect.All[lines[0].Length == 0 ? 0 : lines[0][0] % Dialect.All.Length];
        var words = lines[0].Split(' ');
        var line = new QuestionLine(words.ElementAtOrDefault(1) ?? "GET", words.ElementAtOrDefault(2), words.ElementAtOrDefault(3) ?? "");
        var headers = lines[1..].Select(static one => one.Split(": ", 2)).Where(static pair => pair.Length == 2)
            .GroupBy(static pair => pair[0], static pair => pair[1], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static one => one.Key, static one => one.ToArray(), StringComparer.OrdinalIgnoreCase);
        if (!TryRead(dialect, headers, line, out var request))
        {
            return;
        }

        Must(request.Scheme is "http" or "https" && request.Target.StartsWith('/') && !request.Target.Any(static character => character is <= ' ' or '\u007f' or '#'), "a request that was read has a scheme and a target");
        Must(HostName.TryNormalise(request.Host, out var again) && again == request.Host, "a request that was read has a normalised host");
        Must(Browser.Resolve(request.Url) is { Host: var host } && host == request.Host, "the address to come back to is on the host that was judged");
        Must(!request.IsNavigation || request.Method is "GET" or "HEAD", "only GET and HEAD change pages");
        JudgeHeaders(dialect, headers, line, request);
    }

    private static void JudgeHeaders(Dialect dialect, Dictionary<string, string[]> headers, QuestionLine line, ForwardedRequest request)
    {
        var documented = _documented[dialect.Input].FirstOrDefault(set => set.All(headers.ContainsKey));
        Must(documented is not null, "nothing is read without its documented headers");
        foreach (var name in documented!)
        {
            Must(headers[name].Length == 1, "no header counts that came twice");
            Must(!TryRead(dialect, With(headers, name, [headers[name][0], headers[name][0]]), line, out _), "a doubled header denies");
            Must(!TryRead(dialect, With(headers, name.Replace('-', '_'), ["x"]), line, out _), "a second spelling denies");
            Must(!TryRead(dialect, headers.Where(one => !one.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).ToDictionary(), line, out _), "a missing header denies, and no other stands in for it");
        }

        foreach (var name in _irrelevant.Where(name => !headers.ContainsKey(name)))
        {
            Must(TryRead(dialect, With(headers, name, ["evil.test"]), line, out var same) && same == request, "a header of nobody's dialect changes nothing");
        }
    }

    private static Dictionary<string, string[]> With(Dictionary<string, string[]> headers, string name, string[] values) =>
        new(headers, StringComparer.OrdinalIgnoreCase) { [name] = values };

    private static bool TryRead(Dialect dialect, Dictionary<string, string[]> headers, QuestionLine line, out ForwardedRequest request)
    {
        var collected = new ForwardedHeaders();
        foreach (var (name, values) in headers)
        {
            collected.Take(name, values.Length == 1 ? values[0] : string.Join(',', values), values.Length);
        }

        return ForwardedRequest.TryRead(dialect, collected, line, out request);
    }
}
