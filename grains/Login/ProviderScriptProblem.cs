using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>Something that is wrong with a tenant's provider scripts, found without running them.</summary>
/// <param name="Provider">Index in the tenant's <c>providers</c> list.</param>
/// <param name="Line">1-based line within that entry; 0 where the whole entry is meant.</param>
/// <param name="Column">1-based column; 0 where none is known.</param>
/// <param name="Message">What is wrong, in words a person can act on.</param>
/// <param name="Severity">Errors keep the script from being used; a warning names what will probably fail at a login.</param>
public sealed record ProviderScriptProblem(int Provider, int Line, int Column, string Message, ProblemSeverity Severity);
