using System.IO.Enumeration;

namespace Uitsmijter.Actors.Silo.Catalog;

/// <summary>One folder of configuration files (configuration.md §2.1).</summary>
/// <param name="Kind">What its files describe.</param>
/// <param name="Path">The folder.</param>
/// <param name="Name">The folder as people write it, below <c>DIRECTORY</c>; part of every entity's origin, so that it is the same on every machine.</param>
internal sealed record ConfigurationFolder(EntityKind Kind, string Path, string Name)
{
    private const string Root = "Resources/Configurations";

    private static readonly EnumerationOptions _flat = new() { RecurseSubdirectories = false, AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Both folders below a directory, tenants first.</summary>
    /// <param name="directory"><c>DIRECTORY</c>, or null for the working directory.</param>
    public static IReadOnlyList<ConfigurationFolder> Below(string? directory)
    {
        var root = System.IO.Path.GetFullPath(directory ?? ".");
        return [Of(EntityKind.Tenant, "Tenants"), Of(EntityKind.Client, "Clients")];

        ConfigurationFolder Of(EntityKind kind, string name) => new(kind, System.IO.Path.Combine(root, Root, name), $"{Root}/{name}");
    }

    /// <summary>Whether a file of this name holds an entity: <c>.yaml</c> or <c>.yml</c>, not hidden.</summary>
    public static bool IsEntity(ReadOnlySpan<char> name) =>
        !name.StartsWith('.')
        && (name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase));

    /// <summary>The origin of the entity in a file.</summary>
    public string SourceOf(string name) => $"{Name}/{name}";

    /// <summary>The file of an origin in this folder, or null.</summary>
    public string? FileOf(string source) =>
        source.StartsWith(Name + "/", StringComparison.Ordinal) ? System.IO.Path.Combine(Path, source[(Name.Length + 1)..]) : null;

    /// <summary>All entity files with their stamps, in no order.</summary>
    public IEnumerable<(string Name, FileStamp Stamp)> List() =>
        new FileSystemEnumerable<(string, FileStamp)>(
            Path,
            static (ref entry) => (entry.FileName.ToString(), FileStamp.Of(ref entry)),
            _flat)
        {
            ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory && IsEntity(entry.FileName),
        };
}
