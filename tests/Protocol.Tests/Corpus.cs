namespace Uitsmijter.Actors.Protocol.Tests;

/// <summary>Reads the corpora beside the tests: one case a line, <c>#!</c> starts a comment, <c>~u0041</c>, <c>~t</c>, <c>~r</c>, <c>~n</c>, <c>~s</c> (space) and <c>~e</c> (empty) are escapes.</summary>
internal static class Corpus
{
    public static string[] Lines(string file) =>
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Corpora", file))
            .Where(static line => line.Length > 0 && !line.StartsWith("#!", StringComparison.Ordinal))
            .Select(Unescape),
    ];

    private static string Unescape(string line) => System.Text.RegularExpressions.Regex.Replace(
        line, @"~(u[0-9a-fA-F]{4}|[trnes~])", static match => match.Value[1] switch
        {
            't' => "\t",
            'r' => "\r",
            'n' => "\n",
            's' => " ",
            'e' => "",
            '~' => "~",
            _ => ((char)Convert.ToInt32(match.Value[2..], 16)).ToString(),
        });
}
