using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>Judges a directory as a silo would, without one: the body of <c>uitsmijter validate</c>.</summary>
public static class ConfigurationCheck
{
    /// <summary>Reads every file below a directory and says everything that is wrong.</summary>
    /// <param name="directory">As <c>DIRECTORY</c>: it holds <c>Resources/Configurations</c>. Null for the working directory.</param>
    /// <param name="settings">The environment; cookie domains count.</param>
    /// <returns>How many entities would be loaded, and every problem in the order of files and lines.</returns>
    public static (int Tenants, int Clients, ImmutableArray<ConfigurationProblem> Problems) Run(string? directory, ServerSettings settings)
    {
        var set = new CatalogSet(settings.CookieDomains);
        var changes = ConfigurationFolder.Below(directory)
            .SelectMany(static folder => new FolderScan(folder, new FileSourceOptions(), TimeProvider.System).Look(isFirst: true))
            .ToList();
        set.Apply(changes);
        return (set.TenantNames.Count(), set.ClientIdents.Count(), [.. set.AllProblems.OrderBy(static problem => problem.Source, StringComparer.Ordinal).ThenBy(static problem => problem.Line)]);
    }
}
