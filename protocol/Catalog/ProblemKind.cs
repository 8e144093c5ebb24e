namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>One kind of configuration problem, listed in <see cref="Problems"/> and in <c>docs/problems.md</c>.</summary>
/// <param name="Id">Stable identifier; never given to another meaning.</param>
/// <param name="Severity">Whether the entity is refused.</param>
/// <param name="Title">The problem in a few words.</param>
public sealed record ProblemKind(string Id, ProblemSeverity Severity, string Title)
{
    /// <summary>The problem at one place.</summary>
    /// <param name="source">File path or resource name.</param>
    /// <param name="line">1-based line, or 0.</param>
    /// <param name="path">Property path, or empty.</param>
    /// <param name="message">What is wrong and what to do about it; never a secret.</param>
    public ConfigurationProblem At(string source, int line, string path, string message) => new(Id, source, line, path, message, Severity);
}
