using Microsoft.Extensions.Primitives;
using Uitsmijter.Actors.Gateway.Login;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>Cookie headers and queries: the walk without copies finds what splitting finds.</summary>
internal sealed class CookieTarget : FuzzTarget
{
    private const string Wanted = "uitsmijter-sso";

    /// <inheritdoc />
    public override string Name => "cookies";

    /// <inheritdoc />
    public override IReadOnlyList<string> Words => [Wanted + "=", "; ", ";", "=", "\n", "&", "for=", "?", "\"", ","];

    /// <inheritdoc />
    public override void Try(string input)
    {
        var lines = input.Split('\n');
        var found = new List<string>();
        var cookies = new CookiePairs(new StringValues(lines));
        while (cookies.MoveTo(Wanted))
        {
            found.Add(cookies.Value.ToString());
        }

        var expected = lines.SelectMany(static line => line.Split(';')).Select(static pair => pair.Trim(' ').Split('=', 2)).Where(static pair => pair.Length == 2 && pair[0] == Wanted).Select(static pair => pair[1]);
        Must(found.SequenceEqual(expected), "the walk through cookies finds what splitting finds");

        var last = input.TrimStart('?').Split('&').Select(static pair => pair.Split('=', 2)).LastOrDefault(static pair => pair.Length == 2 && pair[0] == "for")?[1];
        Must(RawQuery.Last(input, "for") == last, "the last parameter is the one splitting finds");
    }
}
