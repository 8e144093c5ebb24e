using System.Xml.Linq;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Architecture;

/// <summary>Rooms are features and have the same names in every house; versions live in one place; rules read no clock.</summary>
public sealed class LayoutTests
{
    private const int LongestFile = 400;

    private static readonly string[] Rooms = ["Catalog", "Authorization", "Sessions", "Grants", "Devices", "Login", "Keys", "Revocation"];

    private static readonly Dictionary<string, string[]> OwnRooms = new()
    {
        ["protocol"] = ["ForwardAuth", "Hosts", "Settings", "Words"],
        ["grain-interfaces"] = [],
        // The durable, numbered list that catalog and revocations both are.
        ["grains"] = ["Feeds"],
        ["silo"] = ["Hosting", "Storage"],
        ["gateway"] = ["ForwardAuth", "Pages", "Hosting", "Observability"],
        // Where the SDK looks for what dotnet run sets (docs/decisions/0085).
        ["standalone"] = ["Properties"],
        ["clustering-kubernetes"] = ["Hosting", "Membership", "Resources", "Api", "crds"],
    };

    private static readonly string[] Forbidden = ["Services", "Managers", "Helpers", "Common", "Utils", "Utilities", "Models", "Extensions", "Misc", "Shared"];

    [Theory]
    [InlineData("protocol")]
    [InlineData("grain-interfaces")]
    [InlineData("grains")]
    [InlineData("silo")]
    [InlineData("gateway")]
    [InlineData("standalone")]
    [InlineData("clustering-kubernetes")]
    public void the_folders_of_a_house_are_rooms(string name)
    {
        var house = new House(name);

        var strangers = house.Folders.Select(static folder => folder.Split('/')[0]).Distinct().Except([.. Rooms, .. OwnRooms[name]]);

        Assert.Empty(strangers);
    }

    [Fact]
    public void no_folder_has_a_name_that_could_hold_anything()
    {
        var found = House.All.SelectMany(static house => house.Folders).Where(static folder => folder.Split('/').Intersect(Forbidden, StringComparer.OrdinalIgnoreCase).Any());

        Assert.Empty(found);
    }

    [Fact]
    public void no_source_file_has_grown_past_the_hard_stop()
    {
        var giants = House.All.SelectMany(static house => house.Sources)
            .Where(static file => File.ReadLines(file).Count() > LongestFile)
            .Select(static file => Path.GetRelativePath(Repository.Root, file));

        Assert.Empty(giants);
    }

    [Fact]
    public void versions_of_packages_stand_in_one_file_and_float_nowhere()
    {
        var central = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(static one => one.Attribute("Include")!.Value, static one => one.Attribute("Version")!.Value);

        var own = House.All.SelectMany(static house => house.OwnVersions);
        var unknown = House.All.SelectMany(static house => house.Packages).Except(central.Keys);
        var floating = central.Where(static one => one.Value.Contains('*', StringComparison.Ordinal) || one.Value.Contains(',', StringComparison.Ordinal));

        Assert.Empty(own);
        Assert.Empty(unknown);
        Assert.Empty(floating);
    }

    [Fact]
    public void every_package_of_one_family_has_one_version()
    {
        var versions = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Where(static one => one.Attribute("Include")!.Value.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal))
            .Select(static one => one.Attribute("Version")!.Value)
            .Distinct();

        Assert.Single(versions);
    }

    [Fact]
    public void protocol_is_watched_for_clocks_and_chance()
    {
        var banned = File.ReadAllText(Path.Combine(Repository.Root, "BannedSymbols.txt"));
        var protocol = new House("protocol");

        Assert.Contains("../BannedSymbols.txt", protocol.AdditionalFiles);
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", protocol.Packages);
        Assert.All(
            ["System.DateTime.UtcNow", "System.DateTimeOffset.UtcNow", "System.TimeProvider.System", "System.Guid.NewGuid", "System.Random", "RandomNumberGenerator"],
            symbol => Assert.Contains(symbol, banned, StringComparison.Ordinal));
    }

    [Fact]
    public void no_source_silences_the_watch_over_clocks()
    {
        var silenced = new House("protocol").Sources.Where(static file => File.ReadAllText(file).Contains("RS0030", StringComparison.Ordinal));

        Assert.Empty(silenced);
    }
}
