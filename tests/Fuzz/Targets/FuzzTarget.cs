using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.Fuzz.Targets;

/// <summary>One reader of strangers' text, and what must hold whatever it is given.</summary>
internal abstract partial class FuzzTarget
{
    /// <summary>Every target.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new HostTarget(), new PathTarget(), new ReturnTargetTarget(), new QuestionTargetTarget(), new ForwardedTarget(), new ForwardedForTarget(), new CookieTarget(),
        new SsoCookieTarget(), new BearerTarget(), new LanguageTarget(), new Planted(),
    ];

    /// <summary>Name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Texts to begin with: the corpora of the repository.</summary>
    public virtual IEnumerable<string> Seeds => Corpora.SelectMany(Lines);

    /// <summary>Words the mutator puts in.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    /// <summary>Files with texts to begin with.</summary>
    protected virtual IReadOnlyList<string> Corpora => [Name + ".txt"];

    /// <summary>Runs one text.</summary>
    /// <param name="input">The text.</param>
    /// <exception cref="BrokenRuleException">Something does not hold.</exception>
    public abstract void Try(string input);

    /// <summary>States what must hold. The sentence names the finding, so it holds no part of the input.</summary>
    protected static void Must(bool holds, string rule)
    {
        if (!holds)
        {
            throw new BrokenRuleException(rule);
        }
    }

    /// <summary>Lines of a corpus file, with the escapes of <c>tests/Protocol.Tests/Corpora</c>.</summary>
    private static IEnumerable<string> Lines(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Corpora", file))
        .Where(static line => line.Length > 0 && !line.StartsWith("#!", StringComparison.Ordinal))
        .Select(static line => Escape().Replace(line, static match => match.Value[1] switch
        {
            't' => "\t",
            'r' => "\r",
            'n' => "\n",
            's' => " ",
            'e' => "",
            '~' => "~",
            _ => ((char)Convert.ToInt32(match.Value[2..], 16)).ToString(),
        }));

    [GeneratedRegex(@"~(u[0-9a-fA-F]{4}|[trnes~])")]
    private static partial Regex Escape();
}
