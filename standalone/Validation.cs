using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Catalog;

namespace Uitsmijter.Actors.Standalone;

/// <summary><c>uitsmijter validate</c>: every problem of every file, as a silo would find it.</summary>
internal static class Validation
{
    /// <summary>Prints the problems and a last line that counts.</summary>
    /// <param name="directory">As <c>DIRECTORY</c>, or null for the one of the environment.</param>
    /// <returns>0 when nothing would be refused, 1 when something would, 2 when the folder does not exist.</returns>
    public static int Run(string? directory)
    {
        var settings = ServerSettings.Read(Environment.GetEnvironmentVariable);
        var folder = directory ?? settings.Directory ?? Environment.CurrentDirectory;
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"{folder} is no folder.");
            return 2;
        }

        var (tenants, clients, problems) = ConfigurationCheck.Run(folder, settings);
        foreach (var problem in problems)
        {
            Console.Out.WriteLine(problem);
        }

        var errors = problems.Count(static problem => problem.Severity == ProblemSeverity.Error);
        Console.Out.WriteLine($"{tenants} tenants and {clients} clients are good; {errors} problems, {problems.Length - errors} warnings.");
        return errors > 0 ? 1 : 0;
    }
}
