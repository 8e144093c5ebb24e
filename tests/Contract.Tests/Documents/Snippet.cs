using System.Text.RegularExpressions;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Documents;

/// <summary>One fenced block of a page.</summary>
/// <param name="Page">The page, from the root of the repository.</param>
/// <param name="Line">Line of the fence.</param>
/// <param name="Language">What stands behind the fence; empty where nothing does.</param>
/// <param name="Text">What is inside, without the fence's indentation.</param>
internal sealed partial record Snippet(string Page, int Line, string Language, string Text)
{
    /// <summary>Its first line: what a list of exceptions knows it by.</summary>
    public string Title => Text.Split('\n')[0];

    /// <summary>All blocks of all pages for people.</summary>
    public static IEnumerable<Snippet> All() => Pages().SelectMany(static page => Of(page));

    /// <summary>The pages for people.</summary>
    private static IEnumerable<string> Pages() => new[] { "README.md", "CHANGELOG.md", "clustering-kubernetes/README.md", "gateway/ForwardAuth/README.md" }
        .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(static file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal));

    private static IEnumerable<Snippet> Of(string page)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, page));
        foreach (Match match in Fence().Matches(text))
        {
            var margin = match.Groups["margin"].Value;
            var inside = string.Join('\n', match.Groups["text"].Value.Split('\n').Select(line => line.StartsWith(margin, StringComparison.Ordinal) ? line[margin.Length..] : line));
            yield return new Snippet(page, text.AsSpan(0, match.Index).Count('\n') + 1, match.Groups["language"].Value, inside.TrimEnd('\n'));
        }
    }

    [GeneratedRegex(@"^(?<margin>[ ]*)```(?<language>[^\n`]*)\n(?<text>.*?)^\k<margin>```[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();
}
