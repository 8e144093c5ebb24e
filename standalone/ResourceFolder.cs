using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Standalone;

/// <summary>Where the configuration is when nobody said so.</summary>
internal static class ResourceFolder
{
    private const string Name = "Resources";
    private const string Examples = "examples";

    /// <summary>
    /// The settings with <c>DIRECTORY</c> filled in: the working directory where it holds <c>Resources</c>, else the repository's
    /// examples, so that a fresh clone has a tenant to log in to. Production never falls back to examples.
    /// </summary>
    /// <param name="settings">As read.</param>
    /// <param name="working">The working directory.</param>
    /// <param name="program">The folder of the program.</param>
    public static (ServerSettings Settings, bool IsExamples) Resolve(ServerSettings settings, string working, string program)
    {
        if (settings.Directory is not null || settings.IsProduction || Directory.Exists(Path.Combine(working, Name)))
        {
            return (settings, false);
        }

        var examples = Above(working).Concat(Above(program))
            .Select(static folder => Path.Combine(folder, Examples))
            .FirstOrDefault(static folder => Directory.Exists(Path.Combine(folder, Name)));
        return examples is null ? (settings, false) : (settings with { Directory = examples }, true);
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var one = new DirectoryInfo(folder); one is not null; one = one.Parent)
        {
            yield return one.FullName;
        }
    }
}
