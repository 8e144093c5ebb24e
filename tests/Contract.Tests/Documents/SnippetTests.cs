using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jint;
using Uitsmijter.Actors.TestKit.Processes;
using YamlDotNet.RepresentationModel;

namespace Uitsmijter.Actors.Contract.Tests.Documents;

/// <summary>Every fenced block of every page is read by what would read it at the person who copies it; a block nobody can check says why here.</summary>
public sealed partial class SnippetTests
{
    /// <summary>By page and first line: why nobody checks it, beyond that it stands there.</summary>
    private static readonly Dictionary<(string Page, string Title), string> _unchecked = new()
    {
        [("clustering-kubernetes/README.md", "// A silo.")] = "C# without its surroundings; tests/ClusteringKubernetes.Tests starts silos and clients by the same calls",
        [("clustering-kubernetes/README.md", "$ kubectl get orleans")] = "what kubectl prints",
        [("docs/configuration.md", "Resources/Configurations/Tenants/*.yaml     tenants")] = "a picture of folders",
        [("docs/problems.md", "Resources/Configurations/Tenants/acme.yaml:4: UA1020 config.hosts[1]: 'https://acme.example' is no host: …")] = "a line of a log; the page's problems are compared with the code's",
    };

    /// <summary>Languages whose blocks a test runs, by the only pages where they may stand.</summary>
    private static readonly Dictionary<string, string[]> _run = new()
    {
        ["caddyfile"] = ["docs/forward-auth.md", "README.md"],
        ["nginx"] = ["docs/forward-auth.md", "README.md"],
        ["hbs"] = ["docs/templates.md"],
    };

    private static readonly Lazy<string> _gateway = new(static () => string.Concat(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "gateway"), "*.cs", SearchOption.AllDirectories).Where(static file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText)));

    /// <summary>Page and line of every block.</summary>
    public static TheoryData<string, int> Snippets
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var snippet in Snippet.All())
            {
                data.Add(snippet.Page, snippet.Line);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Snippets))]
    public async Task a_snippet_is_read_by_what_would_read_it(string page, int line)
    {
        var snippet = Snippet.All().Single(one => one.Page == page && one.Line == line);
        if (_unchecked.ContainsKey((page, snippet.Title)))
        {
            return;
        }

        switch (snippet.Language)
        {
            case "json":
                using (JsonDocument.Parse(snippet.Text))
                {
                }

                break;
            case "yaml":
                // Tenants and clients go through the real loader in Silo.Tests.
                new YamlStream().Load(new StringReader(snippet.Text));
                break;
            case "js":
                Compiles(snippet.Text);
                break;
            case "http":
                IsMessage(snippet.Text);
                break;
            case "sh" or "bash" or "console":
                await IsShell(snippet.Text);
                break;
            case "":
                NamesPath(snippet.Text);
                break;
            default:
                Assert.True(_run.TryGetValue(snippet.Language, out var pages) && pages.Contains(page), $"Nobody reads {snippet.Language} in {page}: check it here, or run it, or say why not.");
                break;
        }
    }

    [Fact]
    public void every_block_nobody_checks_is_still_there()
    {
        var there = Snippet.All().Select(static snippet => (snippet.Page, snippet.Title)).ToHashSet();

        Assert.All(_unchecked.Keys, known => Assert.Contains(known, there));
    }

    [Fact]
    public void every_fence_that_opens_is_one_of_the_blocks()
    {
        foreach (var page in Snippet.All().GroupBy(static snippet => snippet.Page))
        {
            var fences = File.ReadAllLines(Path.Combine(Repository.Root, page.Key)).Count(static line => line.TrimStart().StartsWith("```", StringComparison.Ordinal));
            Assert.Equal(fences, 2 * page.Count());
        }
    }

    private static void Compiles(string text)
    {
        if (text.Contains("import ", StringComparison.Ordinal) || text.Contains("export ", StringComparison.Ordinal))
        {
            Engine.PrepareModule(text);
            return;
        }

        Engine.PrepareScript(text);
    }

    /// <summary>RFC 9112: a start line or none, fields, and a body behind an empty line. A field may go on in the next line, for people's eyes.</summary>
    private static void IsMessage(string text)
    {
        var parts = text.Split("\n\n", 2);
        var lines = Folded().Replace(parts[0], " ").Split('\n');
        var fields = StatusLine().IsMatch(lines[0]) || RequestLine().IsMatch(lines[0]) ? lines[1..] : lines;
        Assert.NotEmpty(fields);
        Assert.All(fields, static field => Assert.Matches(Field(), field));
        if (RequestLine().Match(lines[0]) is { Success: true } request)
        {
            NamesPath("https://login.example.com" + request.Groups["target"].Value);
        }

        if (parts.Length == 2)
        {
            using var body = JsonDocument.Parse(parts[1]);
        }
    }

    /// <summary>A shell can read it, the programs of ours it starts are there, and the addresses it asks are ours.</summary>
    private static async Task IsShell(string text)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-n"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using var shell = Process.Start(start)!;
        await shell.StandardInput.WriteAsync(text);
        shell.StandardInput.Close();
        var problem = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, problem);

        Assert.All(OurFile().Matches(text).Select(static match => match.Groups["path"].Value), static path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"{path} is not there"));
        Assert.All(OurAddress().Matches(text).Select(static match => match.Value), NamesPath);
    }

    private static void NamesPath(string text)
    {
        Assert.True(Uri.TryCreate(text, UriKind.Absolute, out var address), $"Neither a language nor an address: {text}");
        Assert.Contains($"\"{address.AbsolutePath}", _gateway.Value, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\n[ \t]+")]
    private static partial Regex Folded();

    [GeneratedRegex(@"^HTTP/1\.1 \d{3} [A-Za-z ]+$")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^(GET|HEAD|POST|PUT|DELETE) (?<target>/\S*) HTTP/1\.1$", RegexOptions.ExplicitCapture)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+: \S.*$")]
    private static partial Regex Field();

    [GeneratedRegex(@"(--project |^\./|^cp )(?<path>[A-Za-z0-9_.][A-Za-z0-9_./-]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex OurFile();

    [GeneratedRegex(@"https://login\.[a-z.]+/[^\s'""?]+")]
    private static partial Regex OurAddress();
}
