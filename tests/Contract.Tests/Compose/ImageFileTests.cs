using System.Text.Json;
using System.Xml.Linq;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Compose;

/// <summary>What can be said about the <c>Dockerfile</c> without a Docker engine.</summary>
public sealed class ImageFileTests
{
    private readonly ImageFile _images = new();

    [Fact]
    public void every_path_it_copies_exists_and_reaches_the_builder()
    {
        var allowed = File.ReadLines(Path.Combine(Repository.Root, ".dockerignore")).Where(static line => line.StartsWith('!')).Select(static line => line[1..]);

        Assert.All(_images.Copied, static path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));
        Assert.Equal(_images.Copied.Select(static path => path.TrimEnd('/')).Order(), allowed.Order());
    }

    [Fact]
    public void neither_history_nor_secrets_nor_build_output_reach_the_builder()
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, ".dockerignore")).Where(static line => line.Length > 0 && line[0] != '#').ToArray();

        Assert.Equal("*", lines[0]);
        Assert.Equal(["**/bin", "**/obj", "**/.env"], lines[^3..]);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    [InlineData("standalone")]
    public void everything_a_program_is_made_of_is_copied(string program)
    {
        var copied = _images.Copied.Select(static path => path.TrimEnd('/')).ToHashSet();
        var reached = new HashSet<string>();
        Follow(program);

        Assert.Equal(program, _images.Publish(program)[1]);
        Assert.Empty(reached.Except(copied));

        void Follow(string project)
        {
            if (!reached.Add(project))
            {
                return;
            }

            var file = XDocument.Load(Directory.GetFiles(Path.Combine(Repository.Root, project), "*.csproj").Single());
            var neighbours = file.Descendants().Where(static one => one.Name.LocalName is "ProjectReference" or "Compile" or "AdditionalFiles" or "EmbeddedResource")
                .Select(static one => one.Attribute("Include")?.Value ?? "").Where(static path => path.StartsWith("../", StringComparison.Ordinal)).Select(static path => path.Split('/')[1]);
            foreach (var neighbour in neighbours)
            {
                if (Directory.Exists(Path.Combine(Repository.Root, neighbour)))
                {
                    Follow(neighbour);
                }
                else
                {
                    reached.Add(neighbour);
                }
            }
        }
    }

    [Theory]
    [InlineData("silo", "Uitsmijter.Actors.Silo.dll")]
    [InlineData("gateway", "Uitsmijter.Actors.Gateway.dll")]
    [InlineData("standalone", "uitsmijter.dll")]
    public void an_image_starts_its_program_as_a_number_that_is_not_root(string stage, string assembly)
    {
        Assert.Equal(["dotnet", assembly], _images.EntryPoint(stage));
        Assert.Equal("USER 1654:1654", _images.Lines(stage).Last(static line => line.StartsWith("USER ", StringComparison.Ordinal)));
        Assert.DoesNotContain(_images.Lines(stage), static line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal));
    }

    [Fact]
    public void the_one_process_collects_as_rarely_in_an_image_as_under_dotnet_run()
    {
        var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "standalone", "Properties", "launchSettings.json")));
        var size = settings.RootElement.GetProperty("profiles").GetProperty("standalone").GetProperty("environmentVariables").GetProperty("DOTNET_GCgen0size").GetString();

        Assert.Equal(size, _images.Environment("standalone")["DOTNET_GCgen0size"]);
    }

    [Fact]
    public void the_images_it_starts_from_are_pinned_and_the_small_one_has_icu()
    {
        Assert.Equal(["mcr.microsoft.com/dotnet/sdk:10.0-noble", "mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra"], _images.Bases);
        Assert.DoesNotContain(_images.Lines("silo"), static line => line.Contains("GLOBALIZATION_INVARIANT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    [InlineData("standalone")]
    public void an_image_listens_on_every_address_as_the_design_says(string stage)
    {
        var environment = _images.Environment(stage);

        Assert.Equal(("http://0.0.0.0:8080", "0.0.0.0", "9090"), (environment["ASPNETCORE_URLS"], environment["MANAGEMENT_HOST"], environment["MANAGEMENT_PORT"]));
    }
}
