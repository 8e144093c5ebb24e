using System.Xml.Linq;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Architecture;

/// <summary>One project of the product as its project file describes it.</summary>
internal sealed record House(string Name)
{
    /// <summary>Every project that is delivered.</summary>
    public static readonly House[] All =
        [new("protocol"), new("grain-interfaces"), new("grains"), new("silo"), new("gateway"), new("standalone"), new("clustering-kubernetes")];

    private readonly XDocument _project = XDocument.Load(Directory.GetFiles(Path.Combine(Repository.Root, Name), "*.csproj").Single());

    /// <summary>Its folder.</summary>
    public string Folder => Path.Combine(Repository.Root, Name);

    /// <summary>Projects it names, by their folder.</summary>
    public string[] Projects =>
        [.. Included("ProjectReference").Select(static path => Path.GetFileName(Path.GetDirectoryName(path.Replace('\\', '/')))!)];

    /// <summary>Packages it names.</summary>
    public string[] Packages => [.. Included("PackageReference")];

    /// <summary>Package references that carry their own version.</summary>
    public string[] OwnVersions =>
        [.. _project.Descendants("PackageReference").Where(static one => one.Attribute("Version") is not null || one.Attribute("VersionOverride") is not null).Select(static one => one.Attribute("Include")!.Value)];

    /// <summary>Files of analyzers it hands over.</summary>
    public string[] AdditionalFiles => [.. Included("AdditionalFiles")];

    /// <summary>Its source files, without build output.</summary>
    public string[] Sources =>
        [.. Directory.GetFiles(Folder, "*.cs", SearchOption.AllDirectories).Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))];

    /// <summary>Its folders, relative, without build output.</summary>
    public string[] Folders =>
        [.. Directory.GetDirectories(Folder, "*", SearchOption.AllDirectories)
            .Select(folder => Path.GetRelativePath(Folder, folder).Replace('\\', '/'))
            .Where(static folder => folder.Split('/') is not ["bin" or "obj", ..])];

    private IEnumerable<string> Included(string item) => _project.Descendants(item).Select(static one => one.Attribute("Include")!.Value);
}
