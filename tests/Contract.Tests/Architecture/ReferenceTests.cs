using System.Reflection;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.Contract.Tests.Architecture;

/// <summary>Who may reference whom (design §1): checked on project files, on what was built, and on what grains ask of grains.</summary>
public sealed partial class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["protocol"] = [],
        ["grain-interfaces"] = ["protocol"],
        ["grains"] = ["grain-interfaces"],
        ["silo"] = ["grains", "clustering-kubernetes"],
        ["gateway"] = ["grain-interfaces", "clustering-kubernetes"],
        ["standalone"] = ["gateway", "silo"],

        // Any Orleans application can use it: it knows nothing of ours.
        ["clustering-kubernetes"] = [],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["protocol"] = ["Microsoft.Orleans.Serialization", "Microsoft.Orleans.CodeGenerator", "Microsoft.CodeAnalysis.BannedApiAnalyzers"],
        ["grain-interfaces"] = ["Microsoft.Orleans.Sdk", "Microsoft.Orleans.Analyzers"],
        ["grains"] = ["Microsoft.Orleans.Sdk", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Reminders", "Microsoft.Orleans.Analyzers", "Jint"],
        ["standalone"] = ["System.CommandLine"],
        ["clustering-kubernetes"] = ["Microsoft.Orleans.Runtime", "KubernetesClient"],
    };

    [Theory]
    [InlineData("protocol")]
    [InlineData("grain-interfaces")]
    [InlineData("grains")]
    [InlineData("silo")]
    [InlineData("gateway")]
    [InlineData("standalone")]
    [InlineData("clustering-kubernetes")]
    public void a_house_references_only_its_neighbours_below(string name)
    {
        var house = new House(name);

        var strangers = house.Projects.Except(Allowed[name]);

        Assert.Empty(strangers);
    }

    [Theory]
    [InlineData("protocol")]
    [InlineData("grain-interfaces")]
    [InlineData("grains")]
    [InlineData("standalone")]
    [InlineData("clustering-kubernetes")]
    public void an_inner_house_uses_only_the_packages_it_was_granted(string name)
    {
        var house = new House(name);

        var strangers = house.Packages.Except(AllowedPackages[name]);

        Assert.Empty(strangers);
    }

    [Fact]
    public void protocol_was_built_without_a_runtime_or_a_web_server()
    {
        var protocol = Assembly.LoadFrom(Built("Uitsmijter.Actors.Protocol"));

        var references = protocol.GetReferencedAssemblies().Select(static one => one.Name!);

        Assert.DoesNotContain(references, static name =>
            name is "Orleans.Core" or "Orleans.Core.Abstractions" or "Orleans.Runtime" or "System.Net.Http" or "System.Net.Sockets" || name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Uitsmijter.Actors.Grains", "Microsoft.AspNetCore", "StackExchange.Redis", "KubernetesClient", "Uitsmijter.Actors.Silo", "Uitsmijter.Actors.Gateway")]
    [InlineData("Uitsmijter.Actors.Gateway", "Uitsmijter.Actors.Grains", "Uitsmijter.Actors.Silo", "Orleans.Runtime", "Jint", "YamlDotNet")]
    [InlineData("Uitsmijter.Actors.Silo", "Uitsmijter.Actors.Gateway", "Handlebars")]
    [InlineData("Uitsmijter.Actors.GrainInterfaces", "Microsoft.AspNetCore", "StackExchange.Redis", "Orleans.Runtime", "Jint")]
    public void an_assembly_was_built_without(string assembly, params string[] forbidden)
    {
        var built = Assembly.LoadFrom(Built(assembly));

        var references = built.GetReferencedAssemblies().Select(static one => one.Name!).ToArray();

        Assert.DoesNotContain(references, name => forbidden.Any(word => name.Equals(word, StringComparison.Ordinal) || name.StartsWith(word + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public void nothing_references_standalone()
    {
        var guests = House.All.Where(static house => house.Projects.Contains("standalone"));

        Assert.Empty(guests);
    }

    [Fact]
    public void grains_ask_grains_without_a_cycle()
    {
        var calls = new House("grains").Sources
            .Select(File.ReadAllText)
            .SelectMany(static text => Implemented().Matches(text)
                .SelectMany(own => Asked().Matches(text).Select(other => (From: own.Groups[1].Value, To: other.Groups[1].Value))))
            .Where(static call => call.From != call.To)
            .ToLookup(static call => call.From, static call => call.To);

        var circle = calls.Select(static one => one.Key).FirstOrDefault(start => Reaches(calls, start, start, []));

        Assert.Null(circle);
    }

    private static bool Reaches(ILookup<string, string> calls, string from, string goal, HashSet<string> seen) =>
        calls[from].Any(next => next == goal || (seen.Add(next) && Reaches(calls, next, goal, seen)));

    private static string Built(string assembly) => Path.Combine(AppContext.BaseDirectory, assembly + ".dll");

    [GeneratedRegex(@"class \w+Grain\b[^{]*?\b(I\w+Grain)\b")]
    private static partial Regex Implemented();

    [GeneratedRegex(@"GetGrain<(I\w+Grain)>")]
    private static partial Regex Asked();
}
