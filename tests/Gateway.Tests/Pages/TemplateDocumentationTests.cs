using System.Text;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>What <c>docs/templates.md</c> shows works as it is printed.</summary>
public sealed class TemplateDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "templates.md"));

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Uitsmijter.Actors.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName ?? throw new InvalidOperationException("The repository was not found above the tests.");
        }
    }

    [Theory]
    [InlineData(0, "Login", "<h1>Welcome to the cheese shop</h1>")]
    [InlineData(1, "Logout", "/logout/finalize?location&#x3D;")]
    [InlineData(2, "Error", "<i>ERRORS.NO_TENANT</i>")]
    [InlineData(3, "Index", "You are ada")]
    public async Task every_template_is_a_working_page(int snippet, string page, string words)
    {
        var template = Snippets("hbs")[snippet];
        var name = Enum.Parse<PageName>(page);
        var model = SomePages.All.Single(entry => entry.Page == name).Model;
        await using var host = await PageHost.Start(host => host.Put($"Resources/Views/cheese/{page.ToLowerInvariant()}.hbs", template));

        using var answer = await host.Show(name, model, SomePages.Tenant, 400);
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Empty(host.Logs);
        Assert.Contains(words.Replace("&#x3D;", "=", StringComparison.Ordinal), html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_first_template_gets_the_ticket_without_asking()
    {
        await using var host = await PageHost.Start(host => host.Put("Resources/Views/cheese/login.hbs", Snippets("hbs")[0]));

        using var answer = await host.Show(PageName.Login, SomePages.Login, SomePages.Tenant);

        Assert.Contains("name=\"ticket\" value=\"sealed-ticket\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void the_translation_file_is_one()
    {
        var texts = TextFile.Read(Encoding.UTF8.GetBytes(Assert.Single(Snippets("json"))));

        Assert.All(texts.Keys, key => Assert.Contains(key, Texts.Shipped.In("en_EN").Keys));
    }

    [Fact]
    public void every_helper_of_the_table_works_and_every_helper_is_in_the_table()
    {
        var table = Regex.Matches(Page, @"\| `\{\{([a-z]+) [^|]*\|").Select(match => match.Groups[1].Value).ToArray();
        var tags = Regex.Matches(Page, @"`(\{\{[a-z]+ [^`…]*\}\})`").Select(match => match.Groups[1].Value);

        Assert.Equal(TemplateEngine.HelperNames.Order(StringComparer.Ordinal), table.Order(StringComparer.Ordinal));
        Assert.All(tags, tag => Assert.Null(TemplateScan.Read(tag, out _)));
    }

    [Fact]
    public void every_name_of_the_table_exists()
    {
        var view = new PageView(
            PageName.Error, SomePages.Login with { Description = "x" }, 400,
            new(Texts.Shipped, "en_EN", SomePages.Tenant, Assets.Shipped, "localhost:8080"));
        var names = Page.Split("## What a template can show")[1].Split("Nothing else:")[0].Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line.Split('|')[1], "`([a-zA-Z][a-zA-Z_.]*)`"))
            .Select(match => match.Groups[1].Value.Split('.')[0]).Distinct().ToArray();

        Assert.True(names.Length > 15);
        Assert.All(names, name => Assert.Contains(name, view.Keys));
        Assert.All(view.Keys, name => Assert.Contains(name, names));
    }

    private static string[] Snippets(string language) =>
        [.. Regex.Matches(Page, $"```{language}\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];
}
