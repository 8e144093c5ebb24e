using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>The commands of docs/operations.md, as they stand there, against a running server.</summary>
[Trait("Standard", "ASVS 7.4.5")]
public sealed partial class DocumentedOperations(Worlds worlds)
{
    private const string Host = "cookbooks.example.test";

    [Fact, Trait("Attack", "19")]
    public async Task every_command_of_the_page_does_what_the_page_says()
    {
        Assert.SkipWhen(ChildProcess.Find("curl") is null, "curl is not installed");
        var world = await worlds.Embedded;
        var name = $"operated-{Guid.NewGuid():N}@example.com";
        using var one = new Visitor(world.Server.Address);
        using var two = new Visitor(world.Server.Address);
        using var first = await one.LogIn("login.example.test", $"https://{Host}/", name, "correct horse");
        using var second = await two.LogIn("login.example.test", $"https://{Host}/", name, "correct horse");
        var commands = Commands();
        string? sid = null;

        Assert.Equal(6, commands.Length);
        var listed = await Run(world, commands[0], name, sid);
        var sessions = listed.GetProperty("sessions").EnumerateArray().ToList();
        Assert.Equal(2, sessions.Count);
        sid = sessions[0].GetProperty("sid").GetString();

        Assert.Equal(1, (await Run(world, commands[1], name, sid)).GetProperty("sessions").GetInt32());
        Assert.Equal(1, (await Run(world, commands[2], name, sid)).GetProperty("sessions").GetInt32());
        Assert.Empty((await Run(world, commands[0], name, sid)).GetProperty("sessions").EnumerateArray());
        Assert.Contains("cheese", (await Run(world, commands[3], name, sid)).GetProperty("tenants").EnumerateArray().Select(static tenant => tenant.GetString()));
        Assert.True((await Run(world, commands[4], name, sid)).GetProperty("active_sessions").GetInt64() >= 0);
        Assert.Equal("cheese", (await Run(world, commands[5], name, sid)).GetProperty("tenant").GetString());
    }

    private static string[] Commands()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        return [.. ShellBlock().Matches(page).SelectMany(static block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Where(static line => line.StartsWith("curl ", StringComparison.Ordinal))];
    }

    private static async Task<JsonElement> Run(World world, string command, string name, string? sid)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList =
            {
                "-c",
                command.Replace("http://127.0.0.1:9090/", world.Server.Management.ToString(), StringComparison.Ordinal)
                    .Replace("tenant=demo", "tenant=cheese", StringComparison.Ordinal)
                    .Replace("subject=ada", $"subject=subject-of-{name}", StringComparison.Ordinal),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MANAGEMENT_TOKEN"] = World.ManagementToken, ["SID"] = sid ?? "", ["CLIENT"] = OAuth.Consent.CheeseWeb },
        };
        using var shell = Process.Start(start)!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{command}\n{await output}\n{await error}");
        return JsonDocument.Parse(await output).RootElement;
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
