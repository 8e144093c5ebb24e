using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>One tenant's template harms nobody: not the page's reader, not the process, not the other tenants.</summary>
public sealed class HostileTemplateTests
{
    private const string LoginHeading = "<h1>Log in</h1>";

    public static TheoryData<string, string> Bombs => new()
    {
        { "{{{title}}}", "'{{{' is not allowed" },
        { "{{!-- {{{title}}} --}}", "a comment must not contain braces" },
        { "{{~{title}~}}", "is not supported" },
        { "{{&title}}", "is not supported" },
        { "{{{{title}}}}", "'{{{' is not allowed" },
        { "\\{{title}}", "backslash" },
        { "{{> login}}", "includes are nested deeper" },
        { "{{> a}}", "includes are nested deeper" },
        { "{{> wide1}}", "too long" },
        { "{{> ../../../etc/passwd}}", "an include names one template" },
        { "{{> (t \"x\")}}", "an include names one template" },
        { "{{> head other}}", "an include names one template" },
        { "{{> nobody}}", "there is no template 'nobody'" },
        { "{{#> head}}{{/head}}", "is not supported" },
        { "{{#*inline \"x\"}}{{/inline}}", "is not supported" },
        { "{{#if error}}", "'if' is not closed" },
        { "{{/if}}", "closes no open block" },
        { "{{else}}", "outside of a block" },
        { "{{title", "not closed" },
        { "{{}}", "the tag is empty" },
        { "{{t \"}}\"}}", "not closed" },
        { "{{[a}}]}}", "brackets hold a list position" },
        { "{{shout title}}", "there is no helper 'shout'" },
        { "{{#if (shout title)}}{{/if}}", "shout" },
        { "{{title}\n}}", "a tag must be on one line" },
        { string.Concat(Enumerable.Repeat("{{#if error}}", 5000)) + string.Concat(Enumerable.Repeat("{{/if}}", 5000)), "nested deeper" },
        { "{{t " + new string('(', 200) + "t" + new string(')', 200) + "}}", "too many parentheses" },
        { "{{t " + new string('(', 20000) + "t" + new string(')', 20000) + "}}", "longer than" },
        { "{{a" + string.Concat(Enumerable.Repeat(".a", 100)) + "}}", "path parts" },
        { string.Concat(Enumerable.Repeat("{{title}}", 20000)), "more than" },
        { new string('x', 300 * 1024), "longer than" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    [Trait("Attack", "44")]
    public async Task a_template_that_could_harm_is_refused_with_one_line_and_the_default_page_is_shown(string template, string problem)
    {
        await using var host = await PageHost.Start(host =>
        {
            host.Put("Resources/Views/evil/login.hbs", template);
            host.Put("Resources/Views/evil/a.hbs", "{{> b}}");
            host.Put("Resources/Views/evil/b.hbs", "{{> a}}");
            host.Put("Resources/Views/evil/wide1.hbs", string.Concat(Enumerable.Repeat("{{> wide2}}", 100)));
            host.Put("Resources/Views/evil/wide2.hbs", string.Concat(Enumerable.Repeat("{{> wide3}}", 100)));
            host.Put("Resources/Views/evil/wide3.hbs", new string('x', 1000));
        });

        var html = await ThemeTests.Show(host, "evil");

        Assert.Contains(LoginHeading, html, StringComparison.Ordinal);
        var line = Assert.Single(host.Logs);
        Assert.Matches("^UA300[12] ", line);
        Assert.Contains(problem, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, "<i></i>")]
    [InlineData(5, "")]
    [InlineData(2, "0123456789012345678901234567890123456789012345678901234567890123456789")]
    [Trait("Attack", "44")]
    public async Task a_template_that_runs_too_long_is_stopped_and_the_default_page_is_shown(int loops, string body)
    {
        var template = string.Concat(Enumerable.Repeat("{{#each @root.requestedScopes}}", loops)) + body +
            string.Concat(Enumerable.Repeat("{{/each}}", loops));
        await using var host = await PageHost.Start(host => host.Put("Resources/Views/evil/login.hbs", template));
        var model = SomePages.Login with { RequestedScopes = [.. Enumerable.Range(0, 100).Select(i => $"scope-{i}")] };
        var started = Stopwatch.GetTimestamp();

        using var evil = await host.Show(PageName.Login, model, SomePages.Tenant with { Name = "evil" });
        var took = Stopwatch.GetElapsedTime(started);
        using var good = await host.Show(PageName.Login, model, SomePages.Tenant);

        Assert.Contains(LoginHeading, await evil.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(LoginHeading, await good.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(host.Logs, line => line.StartsWith("UA3004 ", StringComparison.Ordinal));
        Assert.True(took < TimeSpan.FromSeconds(60), $"stopped only after {took}");
    }

    [Fact]
    [Trait("Attack", "44")]
    public void a_page_cannot_grow_without_end()
    {
        using var writer = new PageWriter();
        var chunk = new string('x', 100_000);

        Assert.Throws<RenderLimitException>(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                writer.Write(chunk);
            }
        });
    }

    [Fact]
    [Trait("Attack", "44")]
    public async Task a_template_sees_no_object_of_ours()
    {
        const string template = """
            {{tenant.Pages}}{{tenant.pages}}{{tenant.config.providers}}{{tenant.config.templates}}{{tenant.Name}}{{this.Budget}}{{Budget}}{{Assets}}
            {{Language}}{{Count}}{{Keys}}{{title.Length}}{{tenant.GetType}}{{@root.Comparer}}{{settings}}{{tenant.CookieSuffix}}
            """;
        await using var host = await PageHost.Start(host => host.Put("Resources/Views/evil/login.hbs", template));

        var text = await ThemeTests.Show(host, "evil");

        Assert.Equal("5", text.Trim());
        Assert.Empty(host.Logs);
    }

    [Fact]
    [Trait("Attack", "44")]
    public void whatever_the_scan_lets_pass_compiles_or_fails_cleanly_and_prints_nothing_unescaped()
    {
        var parts = Gen.Elements(
            "{{", "}}", "{", "}", "~", "#", "/", "^", "!", "--", ">", "*", "&", "\\", "\"", "'", "(", ")", "[", "]", "0", ".", "..", "@root", " ", "\n",
            "if", "each", "with", "unless", "else", "this", "title", "error", "requestedScopes", "tenant", "t", "join", "lookup", "as |a|", "=", "<p>", "|",
            "{{title}}", "{{#if title}}", "{{/if}}", "{{#each requestedScopes}}", "{{/each}}", "{{> head}}", "{{t title}}", "{{! x }}");
        var templates = parts.ListOf().Select(list => string.Concat(list)).ToArbitrary();
        var engine = new TemplateEngine();
        var (tenant, model) = SomePages.Hostile("<hostile>");
        var setting = new PageSetting(Texts.Shipped, "en_EN", tenant, Assets.Shipped, "localhost:8080");

        Prop.ForAll(templates, template =>
        {
            if (TemplateScan.Read(template, out _) is not null)
            {
                return true;
            }

            try
            {
                var page = new PageTemplate(engine.Compile(template), IsShipped: false).Render(new(PageName.Login, model, 200, setting));
                return !page.ToString().Contains("<hostile>", StringComparison.Ordinal);
            }
            catch (Exception failure) when (PageRenderer.IsAuthorsMistake(failure))
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
