using System.Collections.Immutable;
using System.Globalization;
using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Checks a tenant's provider scripts when they are loaded, and says where in its file they are wrong.</summary>
internal static class ScriptCheck
{
    private const string Config = "config";
    private const string Providers = "providers";

    /// <summary>Every problem of the scripts.</summary>
    /// <param name="entry">The tenant.</param>
    /// <param name="root">The document it came from.</param>
    public static ImmutableArray<ConfigurationProblem> Of(TenantEntry entry, ConfigurationNode root)
    {
        if (entry.Providers.IsEmpty)
        {
            return [];
        }

        var items = ((root as ConfigurationNode.Mapping)?.Find(Config) as ConfigurationNode.Mapping)?.Find(Providers) as ConfigurationNode.Sequence;
        return
        [
            .. ProviderScriptCheck.Check(entry.Providers).Select(problem =>
                (problem.Severity is ProblemSeverity.Error ? Problems.BadScript : Problems.UndeclaredName).At(
                    entry.Source,
                    LineOf(items?.Items[problem.Provider], problem.Line),
                    string.Create(CultureInfo.InvariantCulture, $"{Config}.{Providers}[{problem.Provider}]"),
                    problem.Column > 0 ? string.Create(CultureInfo.InvariantCulture, $"column {problem.Column} of the script: {problem.Message}") : problem.Message)),
        ];
    }

    private static int LineOf(ConfigurationNode? item, int line) =>
        item is ConfigurationNode.Scalar scalar ? scalar.TextLine + Math.Max(line - 1, 0) : item?.Line ?? 0;
}
