using System.Globalization;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.EndToEnd.Tests.Browsing;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>What a person meets who has just cloned the repository.</summary>
public sealed partial class FirstMinute
{
    [Fact]
    public async Task the_login_that_the_start_message_tells_works()
    {
        var ports = Ports.Free(2);
        await using var process = await ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "uitsmijter.dll")],
            Directory.CreateTempSubdirectory("uitsmijter-first-").FullName,
            ports[0],
            new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{ports[0]}",
                ["MANAGEMENT_PORT"] = ports[1].ToString(CultureInfo.InvariantCulture),
            });
        Assert.True(SpinWait.SpinUntil(() => LoginLine().IsMatch(process.Output), TimeSpan.FromSeconds(60)), process.Output);
        var told = LoginLine().Match(process.Output);

        using var visitor = new Visitor(new Uri($"http://127.0.0.1:{ports[0]}"));
        using var answer = await visitor.LogIn("localhost", "http://localhost/", told.Groups["user"].Value, told.Groups["password"].Value);

        Assert.Equal(303, (int)answer.StatusCode);
        Assert.NotNull(visitor.LoginCookie);

        // The demo's tenant names the usual port as its own; who listens elsewhere is told before a client finds out.
        Assert.Contains("Tenant demo calls itself http://localhost:8080, where this process does not listen.", process.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"Log in\s+(?<user>\S+) with the password (?<password>\S+)")]
    private static partial Regex LoginLine();
}
