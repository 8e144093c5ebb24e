using System.Reflection;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>The files that travel inside the assembly: templates, texts, assets.</summary>
internal static class Embedded
{
    private const string Prefix = "pages/";

    private static readonly Assembly Home = typeof(Embedded).Assembly;

    /// <summary>Names of all files of a folder (<c>templates</c>, <c>texts</c>, <c>assets</c>), relative to it.</summary>
    public static IEnumerable<string> Names(string folder) => Home.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix + folder + "/", StringComparison.Ordinal))
        .Select(name => name[(Prefix.Length + folder.Length + 1)..]);

    /// <summary>The bytes of one file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file: a mistake of the build.</exception>
    public static byte[] Read(string folder, string name)
    {
        using var stream = Home.GetManifestResourceStream($"{Prefix}{folder}/{name}") ??
            throw new FileNotFoundException("Not embedded.", $"{folder}/{name}");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
