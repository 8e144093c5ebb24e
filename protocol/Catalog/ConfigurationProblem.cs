using Orleans;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>One thing that is wrong with a configured entity, in words a person can act on.</summary>
/// <param name="Id">Stable identifier, <c>UA1001</c> and up; listed in <c>docs/problems.md</c>.</param>
/// <param name="Source">File path or resource name.</param>
/// <param name="Line">1-based line in the source, or 0 where there is none.</param>
/// <param name="Path">Property path such as <c>config.hosts[1]</c>; empty for the whole document.</param>
/// <param name="Message">What is wrong and what to do about it; never contains a secret.</param>
/// <param name="Severity">Errors keep the entity from being used; warnings do not.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.catalog.configuration-problem")]
public sealed record ConfigurationProblem(
    [property: Id(0)] string Id,
    [property: Id(1)] string Source,
    [property: Id(2)] int Line,
    [property: Id(3)] string Path,
    [property: Id(4)] string Message,
    [property: Id(5)] ProblemSeverity Severity = ProblemSeverity.Error)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"{Source}{(Line > 0 ? $":{Line}" : "")}: {Id} {(Path.Length > 0 ? Path + ": " : "")}{Message}";
}

/// <summary>What a problem means for its entity.</summary>
[GenerateSerializer, Alias("uitsmijter.catalog.problem-severity")]
public enum ProblemSeverity
{
    /// <summary>The entity is not used; its last good version stays in place.</summary>
    Error = 0,

    /// <summary>The entity is used, and its owner should know.</summary>
    Warning = 1,
}
