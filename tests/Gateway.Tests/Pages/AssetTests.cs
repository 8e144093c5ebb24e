using System.Net.Sockets;
using System.Text;
using Uitsmijter.Actors.Gateway.Pages;

namespace Uitsmijter.Actors.Gateway.Tests.Pages;

public sealed class AssetTests
{
    [Theory]
    [InlineData("/css/uitsmijter.css", "text/css; charset=utf-8")]
    [InlineData("/js/uitsmijter.js", "text/javascript; charset=utf-8")]
    [InlineData("/images/uitsmijter.svg", "image/svg+xml")]
    [InlineData("/favicon.ico", "image/x-icon")]
    [Trait("Contract", "http 76")]
    public async Task the_assets_of_the_contract_are_there_for_everybody(string path, string type)
    {
        await using var host = await PageHost.Start();

        using var answer = await host.Get(path);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await host.Client.SendAsync(again);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", string.Join(',', answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("sandbox", string.Join(',', answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(304, (int)unchanged.StatusCode);
    }

    [Theory]
    [InlineData("/images/landscape.jpg", "image/jpeg")]
    [InlineData("/images/generated/640/landscape.webp", "image/webp")]
    [InlineData("/fonts/SourceSansPro-Regular.woff2", "font/woff2")]
    public async Task files_of_the_public_folder_are_served(string path, string type)
    {
        await using var host = await PageHost.Start(host => host.Put("Public" + path, "content"));

        using var answer = await host.Get(path);

        Assert.Equal(type, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task the_operators_style_sheet_wins_and_its_link_changes_with_it()
    {
        await using var host = await PageHost.Start(host => host.Put("Public/css/uitsmijter.css", "body{color:red}"));
        using var first = await host.Show(PageName.Login, SomePages.Login);
        var before = PageLinks.Assets(await first.Content.ReadAsStringAsync()).Single(link => link.Contains(".css", StringComparison.Ordinal));
        using var file = await host.Get(before);

        host.Put("Public/css/uitsmijter.css", "body{color:blue}");
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        using var second = await host.Show(PageName.Login, SomePages.Login);
        var after = PageLinks.Assets(await second.Content.ReadAsStringAsync()).Single(link => link.Contains(".css", StringComparison.Ordinal));

        Assert.Equal("body{color:red}", await file.Content.ReadAsStringAsync());
        Assert.NotEqual(before, after);
    }

    [Theory]
    [InlineData("/css/../../secret.css")]
    [InlineData("/css/..%2f..%2fsecret.css")]
    [InlineData("/css/%2e%2e/%2e%2e/secret.css")]
    [InlineData("/css/..\\..\\secret.css")]
    [InlineData("/css//secret.css")]
    [InlineData("/css/./secret.css")]
    [InlineData("/css/.hidden.css")]
    [InlineData("/css/%2ehidden.css")]
    [InlineData("/css/config.json")]
    [InlineData("/css/uitsmijter.css%00.css")]
    [InlineData("/css/uitsmijter.css/")]
    [InlineData("/css/")]
    [InlineData("/css")]
    [InlineData("/other/file.css")]
    [InlineData("/secret.css")]
    [InlineData("/images/../secret.css")]
    public async Task no_path_leads_out_of_the_public_folder_or_to_a_hidden_file(string path)
    {
        await using var host = await PageHost.Start(host =>
        {
            host.Put("secret.css", "SECRET");
            host.Put("Public/secret.css", "SECRET");
            host.Put("Public/other/file.css", "SECRET");
            host.Put("Public/css/.hidden.css", "SECRET");
            host.Put("Public/css/config.json", "SECRET");
        });

        var answer = await Raw(host, path);

        Assert.DoesNotContain("SECRET", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("text/css", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_write_to_an_asset_is_not_ours()
    {
        await using var host = await PageHost.Start();

        using var answer = await host.Client.PostAsync("/css/uitsmijter.css", null);

        Assert.Equal("nothing", await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> Raw(PageHost host, string path)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(host.Address.Host, host.Address.Port);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
