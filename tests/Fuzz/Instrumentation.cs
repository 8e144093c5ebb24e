using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using SharpFuzz;

namespace Uitsmijter.Actors.Fuzz;

/// <summary>
/// Loads our assemblies a second time with their branches counted. The copies live in a folder and a load context of their own, so that neither the build
/// output nor a test beside it is touched.
/// </summary>
public static class Instrumentation
{
    private const string Ours = "Uitsmijter.Actors.";

    /// <summary>What is counted: the code that reads strangers' text, and the planted bug.</summary>
    private static readonly string[] _counted =
    [
        "Uitsmijter.Actors.Protocol.Hosts.",
        "Uitsmijter.Actors.Protocol.ForwardAuth.",
        "Uitsmijter.Actors.Protocol.Login.ReturnTarget",
        "Uitsmijter.Actors.Gateway.ForwardAuth.QuestionTarget",
        "Uitsmijter.Actors.Gateway.Keys.SsoCookie",
        "Uitsmijter.Actors.Gateway.Keys.BearerToken",
        "Uitsmijter.Actors.Gateway.Keys.SignedJwt",
        "Uitsmijter.Actors.Gateway.Login.CookiePairs",
        "Uitsmijter.Actors.Gateway.Login.RawQuery",
        "Uitsmijter.Actors.Gateway.Login.SourceHost",
        "Uitsmijter.Actors.Gateway.Pages.AcceptLanguage",
        "Uitsmijter.Actors.Fuzz.Targets.Planted",
    ];

    private static readonly Lazy<Type> _campaign = new(Load);

    /// <summary>Runs a campaign in the instrumented copy.</summary>
    /// <param name="order">What to run.</param>
    public static Result Run(Order order)
    {
        var json = (string)_campaign.Value.GetMethod(nameof(Campaign.RunJson), BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [JsonSerializer.Serialize(order)])!;
        return JsonSerializer.Deserialize<Result>(json)!;
    }

    private static Type Load()
    {
        var folder = Directory.CreateTempSubdirectory("uitsmijter-fuzz-").FullName;
        var missing = _counted.ToHashSet();
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, Ours + "*.dll").Where(static file => !file.EndsWith(".Tests.dll", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy);
            if (_counted.Any(name => name.StartsWith(Path.GetFileNameWithoutExtension(file) + ".", StringComparison.Ordinal)))
            {
                _ = Fuzzer.Instrument(copy, type => Array.Find(_counted, name => type.StartsWith(name, StringComparison.Ordinal)) is { } name && (missing.Remove(name) || true), Options.Value).ToArray();
            }
        }

        if (missing.Count > 0)
        {
            // Moved or renamed: a campaign without its branches would look like one that finds nothing.
            throw new InvalidOperationException("Nothing is called " + string.Join(", ", missing));
        }

        var campaign = new Copies(folder).LoadFromAssemblyName(typeof(Campaign).Assembly.GetName()).GetType(typeof(Campaign).FullName!)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return campaign;
    }

    private sealed class Copies(string folder) : AssemblyLoadContext("instrumented")
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            Path.Combine(folder, assemblyName.Name + ".dll") is var file && File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }
}
