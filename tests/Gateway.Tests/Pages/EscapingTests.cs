using System.Text.RegularExpressions;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

/// <summary>Nothing a stranger, a tenant or a translation says can become markup, in our templates and in a theme that prints everything.</summary>
public sealed class EscapingTests
{
    private const string EverythingTemplate = """
        <html><body title="{{title}}" data-mode='{{mode}}'>{{title}}{{error}}{{requestUri}}{{serviceUrl}}{{mode}}{{ticket}}{{username}}
        {{lang}}{{status}}{{reason}}{{baseurl}}{{targetHost}}{{requestInfo.description}}{{tenant.name}}{{tenant}}{{payload}}{{this}}
        {{formAction}}{{#each formFields}}<input name="{{name}}" value='{{value}}'>{{/each}}<form action="{{formAction}}" method="post"></form>
        {{userCode}}{{result}}{{client.name}}{{#each scopes}}<i title="{{name}}">{{text}}</i>{{/each}}<a href="{{client.uri}}">u</a><a href='{{client.policy_uri}}'>p</a><a href="{{client.tos_uri}}">t</a>
        {{join "," requestedScopes}}{{#each requestedScopes}}<i>{{this}}</i>{{/each}}{{#each tenant.config.hosts}}{{this}}{{/each}}
        {{#with tenant.config}}{{interceptor.domain}}{{interceptor.cookie}}{{silent_login}}{{/with}}
        {{#each payload}}<b title="{{@key}}">{{@key}}{{this}}</b>{{/each}}{{payload.profile.name}}{{lookup payload "user"}}
        {{t error}}{{t "LOGIN.UI.NAME"}}{{t title mode}}{{isnotempty error title}}{{isnotempty error mode}}{{urlencode title}}{{asset title}}
        <a href="{{tenant.config.informations.imprint_url}}">i</a><a href="{{tenant.config.informations.privacy_url}}">p</a>
        <a href="{{tenant.config.informations.register_url}}">r</a><a href="{{requestUri}}">back</a><form action="{{serviceUrl}}/login" method="post"></form>
        </body></html>
        """;

    private static readonly Regex Link = new("(?:href|action|src|content)=(?:\"([^\"]*)\"|'([^']*)')", RegexOptions.IgnoreCase);

    public static TheoryData<string> Attacks =>
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'><svg onload=alert(1)>",
        "' onmouseover='alert(1)",
        "\" autofocus onfocus=\"alert(1)",
        "</title><script>alert(1)</script>",
        "{{{title}}}{{#each this}}",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "\u0001javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "//evil.example/\"><script>alert(1)</script>",
        "https://evil.example/\"><script>alert(1)</script>",
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    [Trait("Attack", "34")]
    public async Task no_variable_of_our_pages_comes_out_as_markup(string attack)
    {
        await using var host = await PageHost.Start();
        var (tenant, model) = SomePages.Hostile(attack);

        foreach (var page in Enum.GetValues<PageName>())
        {
            foreach (var face in Faces(model))
            {
                using var answer = await host.Show(page, face, tenant);

                await Verify(answer, attack);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    [Trait("Attack", "34")]
    public async Task no_variable_of_a_theme_that_prints_everything_comes_out_as_markup(string attack)
    {
        var (tenant, model) = SomePages.Hostile(attack);
        await using var host = await PageHost.Start(host =>
        {
            foreach (var page in Enum.GetNames<PageName>())
            {
                host.Put($"Resources/Views/default/{page.ToLowerInvariant()}.hbs", EverythingTemplate);
            }
        });

        foreach (var page in Enum.GetValues<PageName>())
        {
            using var answer = await host.Show(page, model, tenant);

            await Verify(answer, attack);
        }

        Assert.Empty(host.Logs);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    [Trait("Attack", "34")]
    public async Task no_error_repeats_a_reason_or_description_as_markup(string attack)
    {
        await using var host = await PageHost.Start();

        using var html = await host.ShowError("text/html", 400, attack, attack);
        using var json = await host.ShowError("application/json", 400, attack, attack);

        await Verify(html, attack);
        Assert.Equal("application/json", json.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("<script", await json.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The page for devices has three faces: result, question, form.</summary>
    private static IEnumerable<PageModel> Faces(PageModel model) =>
        [model, model with { Result = null, Confirm = true }, model with { Result = null, NeedsLogin = true }, model with { Result = null, NeedsLogin = false }];

    private static async Task Verify(HttpResponseMessage answer, string attack)
    {
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("<script>", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<svg onload", html, StringComparison.OrdinalIgnoreCase);
        if (attack.AsSpan().ContainsAny("<>\"'"))
        {
            Assert.DoesNotContain(attack, html, StringComparison.Ordinal);
        }

        Assert.All(Link.Matches(html), link =>
        {
            var target = System.Net.WebUtility.HtmlDecode(link.Groups[1].Value + link.Groups[2].Value).TrimStart();
            Assert.DoesNotMatch("(?i)^[^/]*(javascript|vbscript|data):", target.Replace("\t", "", StringComparison.Ordinal));
        });
        var policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Matches("^[-a-zA-Z0-9 ';:/.*]+$", policy);
        Assert.DoesNotContain("javascript", policy, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }
}
