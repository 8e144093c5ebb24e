using System.Text;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.Silo.Catalog;
using Uitsmijter.Actors.TestKit.Processes;
using Xunit;

namespace Uitsmijter.Actors.Silo.Tests.Catalog;

public sealed partial class DocumentationTests
{
    private static string Docs => Path.Combine(Repository.Root, "docs");

    private static string Examples => Path.Combine(Repository.Root, "examples");

    public static TheoryData<string> ExampleFiles => [.. Directory.EnumerateFiles(Examples, "*.yaml", SearchOption.AllDirectories)
        .Select(static path => Path.GetRelativePath(Examples, path)).Order(StringComparer.Ordinal)];

    public static TheoryData<string, int> Snippets
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var page in Directory.EnumerateFiles(Docs, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Docs, "oauth"), "*.md")).Append(Path.Combine(Repository.Root, "README.md")))
            {
                foreach (var number in Enumerable.Range(0, SnippetsOf(page).Count))
                {
                    data.Add(Path.GetRelativePath(Repository.Root, page), number);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ExampleFiles))]
    public void an_example_has_no_problem_at_all(string file)
    {
        var kind = file.Contains("lients", StringComparison.Ordinal) ? EntityKind.Client : EntityKind.Tenant;

        var change = EntityFile.Translate(kind, file, File.ReadAllBytes(Path.Combine(Examples, file)));

        Assert.Empty(change.Problems);
        Assert.IsNotType<SourceChange.Broken>(change);
    }

    [Fact]
    public void the_directory_of_the_examples_loads_as_a_whole()
    {
        var (tenants, clients, problems) = ConfigurationCheck.Run(Examples, new ServerSettings());

        Assert.Empty(problems);
        Assert.True(tenants > 0 && clients > 0);
    }

    [Fact]
    public void the_example_tenants_and_clients_stand_side_by_side_without_refusing_each_other()
    {
        var set = new CatalogSet(new Dictionary<string, string>());
        var changes = Directory.EnumerateFiles(Path.Combine(Examples, "tenants"), "*.yaml").Select(static path => (EntityKind.Tenant, path))
            .Concat(Directory.EnumerateFiles(Path.Combine(Examples, "clients"), "*.yaml").Select(static path => (EntityKind.Client, path)))
            .Select(static file => EntityFile.Translate(file.Item1, file.path, File.ReadAllBytes(file.path)));

        var outcome = set.Apply([.. changes]);

        Assert.Empty(outcome.Raised);
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public void a_snippet_of_the_documentation_is_valid_configuration(string page, int number)
    {
        var (text, expected) = SnippetsOf(Path.Combine(Repository.Root, page))[number];
        if (KindOf(page, text) is not { } kind)
        {
            // Not ours: a compose file, a proxy's configuration, a manifest. It must at least be YAML.
            Assert.DoesNotContain(YamlReader.Read(page, Encoding.UTF8.GetBytes(text)).Problems, static problem => problem.Id == "UA1001");
            return;
        }

        var problems = Translate(kind, text).Problems;

        Assert.Equal(expected, problems.Select(static problem => problem.Id));
    }

    [Fact]
    public void the_page_of_problems_lists_every_problem_with_its_severity_and_no_other()
    {
        var page = File.ReadAllText(Path.Combine(Docs, "problems.md"));

        var listed = ProblemHeading().Matches(page).Select(static match => (match.Groups["id"].Value, match.Groups["title"].Value, match.Groups["severity"].Value));

        Assert.Equal(Problems.All.Select(static kind => (kind.Id, kind.Title, kind.Severity.ToString())), listed);
    }

    [Fact]
    public void the_list_of_all_problems_is_complete_and_no_identifier_is_used_twice()
    {
        var declared = typeof(Problems).GetProperties().Where(static property => property.PropertyType == typeof(ProblemKind))
            .Select(static property => (ProblemKind)property.GetValue(null)!).ToList();

        Assert.Equal(declared.Select(static kind => kind.Id).Order(StringComparer.Ordinal), Problems.All.Select(static kind => kind.Id));
        Assert.Equal(declared.Count, declared.Select(static kind => kind.Id).Distinct().Count());
    }

    [Fact]
    public void the_page_of_configuration_lists_every_variable_the_server_reads()
    {
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        ServerSettings.Read(name =>
        {
            asked.Add(name);
            return null;
        });

        var page = File.ReadAllText(Path.Combine(Docs, "configuration.md"));

        Assert.All(asked, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private static SourceChange Translate(EntityKind kind, string text)
    {
        if (text.StartsWith("name:", StringComparison.Ordinal))
        {
            return Yaml.Change(kind, text);
        }

        // Lines that stand below config: they replace what the smallest entity says.
        var whole = kind is EntityKind.Tenant ? Yaml.SmallTenant : Yaml.SmallClient;
        var keys = TopKey().Matches(text).Select(static match => match.Value).ToList();
        var kept = whole.Split('\n').Where(line => !keys.Exists(key => line.StartsWith("  " + key, StringComparison.Ordinal)));
        return Yaml.Change(kind, string.Join('\n', kept) + string.Concat(text.Split('\n').Select(static line => $"  {line}\n")));
    }

    private static EntityKind? KindOf(string page, string text) => page switch
    {
        "docs/clients.md" => EntityKind.Client,
        "docs/tenants.md" or "docs/oauth/consent.md" => EntityKind.Tenant,
        _ when text.StartsWith("interceptor:", StringComparison.Ordinal) => EntityKind.Tenant,
        _ when !text.StartsWith("name:", StringComparison.Ordinal) || !text.Contains("\nconfig:", StringComparison.Ordinal) => null,
        _ => text.Contains("ident:", StringComparison.Ordinal) ? EntityKind.Client : EntityKind.Tenant,
    };

    private static List<(string Text, string[] Problems)> SnippetsOf(string page) =>
        [.. Snippet().Matches(File.ReadAllText(page)).Select(static match =>
            (match.Groups["text"].Value, match.Groups["problems"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    [GeneratedRegex(@"(<!-- problems: (?<problems>[UA0-9 ]+) -->\n)?^```yaml\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Snippet();

    [GeneratedRegex(@"^## (?<id>UA\d{4}) · (?<title>.+)\n\n\*(?<severity>\w+)\.\*", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ProblemHeading();

    [GeneratedRegex(@"^[a-zA-Z_]+:", RegexOptions.Multiline)]
    private static partial Regex TopKey();
}
