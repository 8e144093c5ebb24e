using System.Collections.Immutable;
using Acornima;
using Jint;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Grains.Login;

/// <summary>Checks provider scripts when they are loaded, so that a broken one is refused before anybody tries to log in with it.</summary>
public static class ProviderScriptCheck
{
    /// <summary>
    /// Parses the scripts as they will run, joined by newlines. The first syntax error hides the rest; names that exist neither in the
    /// scripts nor in the language nor among our functions are warnings, because <c>typeof</c> may guard them.
    /// </summary>
    /// <param name="sources">The tenant's <c>providers</c> in their order; empty is fine.</param>
    /// <returns>Every problem found; empty when the scripts can be used.</returns>
    public static ImmutableArray<ProviderScriptProblem> Check(ImmutableArray<string> sources)
    {
        var limit = PreparedProviders.SourceLength;
        var length = sources.Sum(source => (long)source.Length + 1);
        if (length > limit)
        {
            return [Whole($"The provider scripts are {length} characters long; {limit} are allowed for one tenant.")];
        }

        try
        {
            var prepared = PreparedProviders.Parse(sources, collectNames: true);
            return [.. UndeclaredNames.In(prepared).Select(name => Located(
                sources, name.Line, name.Column,
                $"`{name.Name}` is not declared anywhere; reading it will throw a ReferenceError.", ProblemSeverity.Warning))];
        }
        catch (ScriptPreparationException wrong) when (wrong.InnerException is ParseErrorException error)
        {
            return [Located(sources, error.LineNumber, error.Column + 1, error.Description ?? error.Message, ProblemSeverity.Error)];
        }
        catch (ScriptPreparationException wrong) when (wrong.InnerException is SourceRefusedException refused)
        {
            return [Located(sources, refused.Line, refused.Column, refused.Advice, ProblemSeverity.Error)];
        }
        catch (Exception wrong) when (wrong is ScriptPreparationException or InsufficientExecutionStackException)
        {
            return [Whole("The provider scripts are nested too deeply.")];
        }
    }

    private static ProviderScriptProblem Whole(string message) => new(0, 0, 0, message, ProblemSeverity.Error);

    /// <summary>Turns a line of the joined text into the entry it came from and the line inside that entry.</summary>
    private static ProviderScriptProblem Located(
        ImmutableArray<string> sources, int line, int column, string message, ProblemSeverity severity)
    {
        for (var provider = 0; provider < sources.Length; provider++)
        {
            var lines = 1 + sources[provider].Count(character => character == '\n');
            if (line <= lines || provider == sources.Length - 1)
            {
                return new(provider, Math.Min(line, lines), column, message, severity);
            }

            line -= lines;
        }

        return new(0, line, column, message, severity);
    }
}
