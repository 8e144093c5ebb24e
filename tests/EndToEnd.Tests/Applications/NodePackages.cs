using System.Collections.Concurrent;
using System.Diagnostics;

namespace Uitsmijter.Actors.EndToEnd.Tests.Applications;

/// <summary>A folder of this project with a <c>package.json</c>, installed by its lock file once per run.</summary>
internal static class NodePackages
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> _installed = new();

    /// <summary>A sentence when Node or npm is not installed, else null.</summary>
    public static string? MissingPart =>
        ChildProcess.Find("node") is null || ChildProcess.Find("npm") is null ? "node or npm is not installed" : null;

    /// <summary>Where a copy of the folder is, with its packages.</summary>
    public static Task<string> Installed(string folder) => _installed.GetOrAdd(folder, static name => new(() => Install(name))).Value;

    private static async Task<string> Install(string folder)
    {
        var directory = Directory.CreateTempSubdirectory("uitsmijter-node-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", folder)))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }

        using var install = Process.Start(new ProcessStartInfo(ChildProcess.Find("npm")!, ["ci", "--no-audit", "--no-fund", "--silent"]) { WorkingDirectory = directory })!;
        await install.WaitForExitAsync();
        Assert.Equal(0, install.ExitCode);
        return directory;
    }
}
