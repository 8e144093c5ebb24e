using System.Net;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>Elements existing tests and themes rely on (configuration.md §4.9, http.md §1.3).</summary>
public sealed class ContractPageTests
{
    [Fact]
    [Trait("Contract", "http 39")]
    [Trait("Contract", "http 77")]
    public async Task the_login_page_has_every_field_and_link_of_the_contract()
    {
        var html = await Html(PageName.Login, SomePages.Login);

        Assert.Contains("<title>Login</title>", html, StringComparison.Ordinal);
        Assert.Contains("<form action=\"/login\" method=\"post\">", html, StringComparison.Ordinal);
        Assert.Contains("<input id=\"username\" name=\"username\" type=\"text\"", html, StringComparison.Ordinal);
        Assert.Contains("<input id=\"password\" name=\"password\" type=\"password\"", html, StringComparison.Ordinal);
        Assert.Contains("autocomplete=\"username\"", html, StringComparison.Ordinal);
        Assert.Contains("autocomplete=\"current-password\"", html, StringComparison.Ordinal);
        Assert.Contains("<button id=\"loginButton\" type=\"submit\"><span class=\"caption\">Log In</span>", html, StringComparison.Ordinal);
        Assert.Contains("id=\"loginSpinner\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"location\" value=\"https://wiki.cheese.example/a?b=c&d=e#f\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"mode\" value=\"interceptor\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"scope\" value=\"openid+profile\"", html, StringComparison.Ordinal);
        Assert.Contains("name=\"ticket\" value=\"sealed-ticket\"", html, StringComparison.Ordinal);
        Assert.Contains("<div class=\"login-box\">", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-error", html, StringComparison.Ordinal);
        Assert.Contains("<a data-type=\"imprint\" href=\"https://cheese.example/imprint\">Imprint</a>", html, StringComparison.Ordinal);
        Assert.Contains("<a data-type=\"privacy\" href=\"https://cheese.example/privacy\">Privacy</a>", html, StringComparison.Ordinal);
        Assert.Contains("<a data-type=\"register\" href=\"https://cheese.example/register\">Register</a>", html, StringComparison.Ordinal);
        Assert.Contains("wiki.cheese.example</strong>", html, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 77")]
    public async Task the_footer_keeps_the_german_words_of_the_contract_in_german_and_translates_them_otherwise()
    {
        var html = await Html(PageName.Login, SomePages.Login, "de");

        Assert.Contains(">Impressum</a>", html, StringComparison.Ordinal);
        Assert.Contains(">Datenschutz</a>", html, StringComparison.Ordinal);
        Assert.Contains(">Registrieren</a>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_failed_login_marks_the_form_and_says_why_to_everybody()
    {
        var model = SomePages.Login with { Error = "LOGIN.ERRORS.WRONG_CREDENTIALS", ServiceUrl = "//login.cheese.example", UserName = "ada" };

        var html = await Html(PageName.Login, model);

        Assert.Contains("<div class=\"login-box error\">", html, StringComparison.Ordinal);
        Assert.Contains("<div class=\"error\" id=\"login-error\" role=\"alert\" data-error=\"LOGIN.ERRORS.WRONG_CREDENTIALS\">", html, StringComparison.Ordinal);
        Assert.Contains("incorrect credentials", html, StringComparison.Ordinal);
        Assert.Contains("<form action=\"//login.cheese.example/login\" method=\"post\">", html, StringComparison.Ordinal);
        Assert.Contains("value=\"ada\"", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Split("aria-describedby=\"login-error\"").Length - 1);
    }

    [Fact]
    public async Task the_logout_page_finishes_by_itself_and_by_a_link()
    {
        var html = await Html(PageName.Logout, SomePages.Logout);

        const string target = "/logout/finalize?location=https%3A%2F%2Fwiki.cheese.example%2F%3Fa%3Db%20c";
        Assert.Contains("<title>Logout</title>", html, StringComparison.Ordinal);
        Assert.Contains($"<meta http-equiv=\"refresh\" content=\"2; url={target}\">", html, StringComparison.Ordinal);
        Assert.Contains($"logout-link\" href=\"{target}\">", html, StringComparison.Ordinal);
        Assert.Matches("class=\"logout\">\\s*<p role=\"status\">[^<]*in progress\\.</p>", html);
        Assert.Contains("data-type=\"imprint\"", html, StringComparison.Ordinal);
        Assert.Contains("login-box", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_logout_page_carries_its_ticket_in_both_ways_out()
    {
        var html = await Html(PageName.Logout, SomePages.Logout with { Ticket = "a+b" });

        Assert.Equal(2, html.Split("&ticket=a%2Bb\">").Length - 1);
    }

    [Fact]
    [Trait("Attack", "21")]
    public async Task the_logout_page_asks_first_when_another_site_led_there()
    {
        var html = await Html(PageName.Logout, SomePages.Logout with { Confirm = true, Ticket = "sealed-ticket" });

        Assert.DoesNotContain("http-equiv=\"refresh\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("/logout/finalize", html, StringComparison.Ordinal);
        Assert.Contains("<form action=\"/logout\" method=\"post\"><input type=\"hidden\" name=\"ticket\" value=\"sealed-ticket\">", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_index_page_names_the_person_and_offers_the_way_out()
    {
        var html = await Html(PageName.Index, SomePages.Index);

        Assert.Contains("<title>Uitsmijter</title>", html, StringComparison.Ordinal);
        Assert.Contains("<strong>ada</strong>", html, StringComparison.Ordinal);
        Assert.Contains("<form action=\"/logout\" method=\"get\">", html, StringComparison.Ordinal);
        Assert.Contains("<button id=\"logoutButton\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_index_page_leads_a_stranger_to_the_login()
    {
        var html = await Html(PageName.Index, SomePages.Index with { Payload = null });

        Assert.Contains(
            "<meta http-equiv=\"refresh\" content=\"0; url=/login?for=%2F%2Flogin.cheese.example\">", html, StringComparison.Ordinal);
        Assert.DoesNotContain("logoutButton", html, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "http 76")]
    [Trait("Contract", "configuration 52")]
    public async Task every_asset_of_every_page_is_there_and_no_page_holds_script_or_style()
    {
        await using var host = await PageHost.Start();
        foreach (var (page, model) in SomePages.All)
        {
            using var answer = await host.Show(page, model, SomePages.Tenant);
            var html = await answer.Content.ReadAsStringAsync();

            Assert.DoesNotMatch("(?i)<style|\\sstyle=|\\son[a-z]+=|<script(?![^>]*\\ssrc=)", html);
            foreach (var asset in PageLinks.Assets(html))
            {
                using var file = await host.Get(asset);
                Assert.Equal(200, (int)file.StatusCode);
                Assert.Contains("immutable", file.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task a_page_is_written_in_the_language_it_declares()
    {
        await using var host = await PageHost.Start();

        using var answer = await host.Show(PageName.Login, SomePages.Login, SomePages.Tenant, language: "pt-BR,pt;q=0.9");
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Contains("<html lang=\"pt\">", html, StringComparison.Ordinal);
        Assert.Equal("pt", string.Join(',', answer.Content.Headers.ContentLanguage));
        Assert.Contains("placeholder=\"Nome de usu", html, StringComparison.Ordinal);
    }

    private static async Task<string> Html(PageName page, PageModel model, string language = "en")
    {
        await using var host = await PageHost.Start();
        using var answer = await host.Show(page, model, SomePages.Tenant, language: language);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
