using System.Text.Json;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>Design §4 wins over http.md §1.2: HTML only where <c>Accept</c> prefers it over JSON and over anything.</summary>
public sealed class ErrorPageTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/*", false)]
    [InlineData("application/json", false)]
    [InlineData("application/json, text/html", false)]
    [InlineData("text/html, application/json", true)]
    [InlineData("text/html", true)]
    [InlineData("TEXT/HTML", true)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", true)]
    [InlineData("text/html;q=0.5, */*;q=0.8", false)]
    [InlineData("text/html;q=0.5, application/json;q=0.9", false)]
    [InlineData("text/html;q=0", false)]
    [InlineData("text/html;q=0, */*", false)]
    [InlineData("application/json, text/plain, */*", false)]
    [InlineData("garbage;;;,,,", false)]
    [Trait("Contract", "http 57")]
    public void a_page_is_shown_only_to_who_prefers_one(string? accept, bool html) => Assert.Equal(html, ErrorPage.PrefersHtml(accept));

    [Fact]
    [Trait("Contract", "http 57")]
    [Trait("Contract", "configuration 29")]
    public async Task a_program_gets_the_body_of_the_contract()
    {
        await using var host = await PageHost.Start();

        using var answer = await host.ShowError("*/*", 404, "Not Found");

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            """{"status":404,"error":true,"reason":"Not Found","baseurl":"localhost:8080"}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("Accept", string.Join(',', answer.Headers.Vary));
    }

    [Fact]
    public async Task a_description_travels_as_request_info()
    {
        await using var host = await PageHost.Start();

        using var answer = await host.ShowError("application/json", 400, "ERRORS.NO_TENANT", "A sentence.");

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("A sentence.", body.RootElement.GetProperty("requestInfo").GetProperty("description").GetString());
    }

    [Fact]
    [Trait("Contract", "http 57")]
    [Trait("Contract", "http 75")]
    public async Task a_person_gets_a_page_with_the_reason_in_words_and_as_it_is()
    {
        await using var host = await PageHost.Start();

        using var answer = await host.ShowError("text/html", 403, "ERRORS.INVALIDATE", language: "de-DE");
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Contains("<title>Error | 403</title>", html, StringComparison.Ordinal);
        Assert.Contains("<main class=\"error-main\">", html, StringComparison.Ordinal);
        Assert.Contains("<h1>Uups, hier ist etwas schief gegangen</h1>", html, StringComparison.Ordinal);
        Assert.Contains("<i>ERRORS.INVALIDATE</i>", html, StringComparison.Ordinal);
        Assert.Contains("Ihr Konto ist nicht mehr g&#252;ltig", html.Replace("ü", "&#252;", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("Accept, Accept-Language", string.Join(", ", answer.Headers.Vary));
    }

    [Fact]
    [Trait("Contract", "http 76")]
    public async Task an_unknown_tenant_gets_the_default_page_and_all_its_assets()
    {
        await using var host = await PageHost.Start();

        using var answer = await host.ShowError("text/html", 400, "ERRORS.NO_TENANT");
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Contains("class=\"error-headline\"", html, StringComparison.Ordinal);
        foreach (var asset in PageLinks.Assets(html))
        {
            using var file = await host.Get(asset);
            Assert.Equal(200, (int)file.StatusCode);
        }
    }
}
