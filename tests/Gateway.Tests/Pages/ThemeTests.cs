using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

public sealed class ThemeTests
{
    private const string LoginHeading = "<h1>Log in</h1>";

    [Theory]
    [InlineData("cheese", "cheese")]
    [InlineData("ham/ham", "ham-ham")]
    [Trait("Contract", "http 58")]
    [Trait("Contract", "configuration 28")]
    public async Task a_tenants_own_page_is_found_by_its_slug(string tenant, string slug)
    {
        await using var host = await PageHost.Start(host => host.Put($"Resources/Views/{slug}/login.hbs", "<p>own {{tenant.name}}</p>"));

        Assert.Equal($"<p>own {tenant}</p>", await Show(host, tenant));
        Assert.Contains(LoginHeading, await Show(host, "somebody-else"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 58")]
    public async Task the_operators_default_folder_stands_between_tenant_and_embedded_pages()
    {
        await using var host = await PageHost.Start(host =>
        {
            host.Put("Resources/Views/default/login.hbs", "house login");
            host.Put("Resources/Views/default/error.hbs", "house error");
            host.Put("Resources/Views/cheese/login.hbs", "cheese login");
        });

        Assert.Equal("cheese login", await Show(host, "cheese"));
        Assert.Equal("house error", await Show(host, "cheese", PageName.Error));
        Assert.Equal("house login", await Show(host, "ham"));
        Assert.Contains("Goodbye", await Show(host, "cheese", PageName.Logout), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "configuration 28")]
    public async Task an_index_of_its_own_replaces_no_other_page()
    {
        // configuration.md §4.2 describes the opposite and recommends this ("not all files must be provided").
        await using var host = await PageHost.Start(host => host.Put("Resources/Views/cheese/index.hbs", "own index"));

        Assert.Equal("own index", await Show(host, "cheese", PageName.Index));
        Assert.Contains(LoginHeading, await Show(host, "cheese"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_theme_may_replace_only_a_part_that_the_default_pages_include()
    {
        await using var host = await PageHost.Start(host => host.Put("Resources/Views/cheese/foot.hbs", "<footer>own foot</footer>"));

        var html = await Show(host, "cheese");

        Assert.Contains(LoginHeading, html, StringComparison.Ordinal);
        Assert.Contains("<footer>own foot</footer>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_edit_shows_after_two_seconds_and_a_deleted_theme_goes_away()
    {
        await using var host = await PageHost.Start(host => host.Put("Resources/Views/cheese/login.hbs", "first"));
        var first = await Show(host, "cheese");

        host.Put("Resources/Views/cheese/login.hbs", "second");
        var still = await Show(host, "cheese");
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        var second = await Show(host, "cheese");
        Directory.Delete(Path.Combine(host.Folder, "Resources/Views/cheese"), recursive: true);
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        var none = await Show(host, "cheese");

        Assert.Equal(["first", "first", "second"], [first, still, second]);
        Assert.Contains(LoginHeading, none, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_mounted_config_map_is_seen_when_its_link_is_swapped()
    {
        await using var host = await PageHost.Start(host =>
        {
            host.Put("one/login.hbs", "one");
            host.Put("two/login.hbs", "two");
            var theme = Directory.CreateDirectory(Path.Combine(host.Folder, "Resources/Views/cheese")).FullName;
            File.CreateSymbolicLink(Path.Combine(theme, "..data"), Path.Combine(host.Folder, "one"));
            File.CreateSymbolicLink(Path.Combine(theme, "login.hbs"), "..data/login.hbs");
        });
        var before = await Show(host, "cheese");

        var link = Path.Combine(host.Folder, "Resources/Views/cheese/..data");
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine(host.Folder, "two"));
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        var after = await Show(host, "cheese");

        Assert.Equal("one", before);
        Assert.Equal("two", after);
    }

    [Fact]
    public async Task a_broken_edit_shows_the_default_page_with_one_log_line_until_it_is_mended()
    {
        await using var host = await PageHost.Start(host => host.Put("Resources/Views/cheese/login.hbs", "{{#if error}}"));

        var broken = await Show(host, "cheese");
        _ = await Show(host, "cheese");
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        _ = await Show(host, "cheese");
        host.Put("Resources/Views/cheese/login.hbs", "mended");
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        var mended = await Show(host, "cheese");

        Assert.Contains(LoginHeading, broken, StringComparison.Ordinal);
        Assert.Equal("mended", mended);
        var line = Assert.Single(host.Logs);
        Assert.Equal(
            "UA3001 The template of page Login in theme 'cheese' does not work, the default page is shown: login.hbs, the block 'if' is not closed",
            line);
    }

    [Fact]
    public async Task every_form_of_ours_gets_the_ticket_and_no_other_does()
    {
        await using var host = await PageHost.Start(host => host.Put("Resources/Views/cheese/login.hbs", """
            {{#with tenant}}<form class="a" action="{{serviceUrl}}/login" method="post"><input name="username"></form>{{/with}}
            <form class="b" action="https://evil.example/login" method="post"></form>
            <form class="c" action="/search" method="post"></form>
            """));

        var html = await Show(host, "cheese");

        Assert.Equal(1, html.Split("name=\"ticket\" value=\"sealed-ticket\"").Length - 1);
        Assert.Matches("class=\"a\"[^>]*><input type=\"hidden\" name=\"ticket\"", html);
    }

    internal static async Task<string> Show(PageHost host, string tenant, PageName page = PageName.Login)
    {
        using var answer = await host.Show(page, SomePages.Login with { Payload = SomePages.Index.Payload }, SomePages.Tenant with { Name = tenant });
        return await answer.Content.ReadAsStringAsync();
    }
}
