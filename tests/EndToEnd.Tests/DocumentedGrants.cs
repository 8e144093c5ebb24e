using System.Text.Json;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>The commands of docs/oauth/walkthrough.md, as they stand there and in their order, in one shell and against a server of its own; only the port is the test's.</summary>
public sealed partial class DocumentedGrants
{
    private const string Folder = "uitsmijter-walkthrough";
    private const string Port = ":8080";

    [Fact]
    public async Task every_command_of_the_walkthrough_answers_what_the_page_shows()
    {
        Assert.SkipWhen(ChildProcess.Find("curl") is null || ChildProcess.Find("openssl") is null, "curl or openssl is not installed");
        var home = Directory.CreateTempSubdirectory("uitsmijter-walkthrough-").FullName;
        try
        {
            await using var shell = new Bash(Repository.Root, home);
            await Walk(shell, Path.Combine(home, Folder));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task Walk(Bash shell, string directory)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "oauth", "walkthrough.md"));
        Assert.Contains($"DIRECTORY=~/{Folder} dotnet run --project standalone\n", page, StringComparison.Ordinal);
        var steps = Steps(page);
        await shell.Run(steps[0].Commands);
        await using var server = await AuthenticationServer.Embedded(directory, new Dictionary<string, string>());
        var port = $":{server.Address.Port}";
        // The demo tenant's address has a port, and so has its issuer.
        var tenant = Path.Combine(directory, "Resources", "Configurations", "Tenants", "demo.yaml");
        await File.WriteAllTextAsync(tenant, WithPort(await File.ReadAllTextAsync(tenant), port));
        var grants = await GrantsOfTheIssuer($"http://localhost{port}");

        foreach (var step in steps[1..])
        {
            var commands = WithPort(step.Commands, port);
            var printed = await shell.Run(commands);
            Shown.Check(WithPort(step.Json, port), WithPort(step.Message, port), $"{commands}\nprinted\n{printed}", printed);
        }

        Assert.All(grants, grant => Assert.Contains(steps, step => step.Commands.Contains(grant, StringComparison.Ordinal)));
    }

    /// <summary>The grants the metadata offer, as soon as the tenant is the one with the test's port.</summary>
    private static async Task<string[]> GrantsOfTheIssuer(string issuer)
    {
        using var client = new HttpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var metadata = JsonDocument.Parse(await client.GetStringAsync(new Uri(issuer + "/.well-known/openid-configuration"), patience.Token)).RootElement;
            if (metadata.GetProperty("issuer").GetString() == issuer)
            {
                return [.. metadata.GetProperty("grant_types_supported").EnumerateArray().Select(static grant => grant.GetString()!)];
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private static Step[] Steps(string page) => [.. ShellBlock().Matches(page).Select(static step =>
        new Step(step.Groups["commands"].Value, step.Groups["json"].Value, step.Groups["http"].Value))];

    private static string WithPort(string text, string port) => text.Replace(Port, port, StringComparison.Ordinal).Replace(Uri.EscapeDataString(Port), Uri.EscapeDataString(port), StringComparison.Ordinal);

    /// <summary>Commands and what stands right below them; empty where nothing does.</summary>
    private sealed record Step(string Commands, string Json, string Message);

    [GeneratedRegex("^```sh\n(?<commands>.*?)^```\n(\n```json\n(?<json>.*?)```\n|\n```http\n(?<http>.*?)```\n)?", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex ShellBlock();
}
