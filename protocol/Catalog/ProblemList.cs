using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>Collects everything that is wrong with one source, so that its owner sees all of it at once.</summary>
/// <param name="source">File path or resource name.</param>
internal sealed class ProblemList(string source)
{
    private const int MostQuoted = 80;

    private readonly ImmutableArray<ConfigurationProblem>.Builder _problems = ImmutableArray.CreateBuilder<ConfigurationProblem>();

    /// <summary>True once anything refuses the entity.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>The source all problems belong to.</summary>
    public string Source => source;

    /// <summary>Notes a problem.</summary>
    public void Add(ProblemKind kind, int line, string path, string message)
    {
        HasErrors |= kind.Severity is ProblemSeverity.Error;
        _problems.Add(kind.At(source, line, path, message));
    }

    /// <summary>Everything noted so far, in the order of the lines.</summary>
    public ImmutableArray<ConfigurationProblem> ToImmutable() => [.. _problems.OrderBy(static problem => problem.Line)];

    /// <summary>A foreign text for a message: short and on one line, so that no file can write log lines of its own.</summary>
    public static string Quote(string text)
    {
        var shown = text.Length > MostQuoted ? text[..MostQuoted] + "…" : text;
        return "'" + string.Concat(shown.Select(static c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)) + "'";
    }
}
