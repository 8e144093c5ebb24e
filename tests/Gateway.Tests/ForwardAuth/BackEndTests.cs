using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>
/// What was judged is what the application receives (attack 11): the same bytes through real proxies to applications that understand paths and names in their own way. A
/// request without a login that gets through is one the application itself takes for a public path, and no spelling of a name tells the application who somebody is.
/// </summary>
[Trait("Attack", "11")]
public sealed class BackEndTests
{
    private static readonly string[] _targets =
    [
        "/public/a", "/public/a%20b", "/public/a/../b", "/public//a", "/public/./a", "/public/a;v=1", "/public/%61", "/public?x=/../private", "/public/a?x=..%2f..",
        "/public/../private", "/public/%2e%2e/private", "/public/.%2e/private", "/public/..;/private", "/public/..;x=y/private", "/public/;/../private", "/public/.;/../private",
        "/public//../private", "/public//../../private", "/public%2f..%2fprivate", "/public/..%2fprivate", "/public/..%5cprivate", "/public\\..\\private", "/public/..\\private",
        "/public/%252e%252e/private", "/public/%c0%ae%c0%ae/private", "/public/a%00/../../private", "/public/%00", "/public/..%00/private", "/PUBLIC/../private",
        "/public./../private", "/%70ublic/../private", "/public/..%3b/private", "/public/..%23/private", "/public/#/../../private", "/private#/public/a", "/private?/public/a",
        "/private;/public/a", "//public/../private", "/./public/../private", "/public/%u002e%u002e/private", "/public/%uff0e%uff0e/private", "/public/%2e%2e%2fprivate",
        "/public/..", "/public/../", "/public/%2e%2e", "/public/a/%2e%2e/%2e%2e/private",
    ];

    /// <summary>Spellings that applications which read headers by the names of CGI (WSGI, PHP, FastCGI) cannot tell from ours.</summary>
    private static readonly string[] _spellings =
    [
        "X_User_Ident: root", "X-User_Ident: root", "X_User-Ident: root", "x_user_ident: root", "X-USER-IDENT: root", "X-User-Ident:root", "X_USER_EMAIL: root@example.com",
        "X-User_Email: root@example.com", "Authorization: Basic cm9vdDpyb290",
    ];

    public static TheoryData<string, string> Each => new() { { "caddy", "node" }, { "nginx", "node" }, { "caddy", "java" }, { "nginx", "java" } };

    [Theory, MemberData(nameof(Each)), Trait("Attack", "9")]
    public async Task what_gets_through_without_a_login_is_public_for_the_application_too(string proxyName, string program)
    {
        await using var gate = await Gate.Open();
        var (process, application) = await Started(program);
        await using var running = process;
        await using var proxy = await GateBehindProxy.Start(proxyName, gate, application);
        Assert.SkipWhen(proxy is null, $"{proxyName} is not installed");
        var through = new List<string>();

        foreach (var target in _targets)
        {
            var answer = await proxy!.Raw($"GET {target}", "cookbooks.example.com", "Accept: application/json");
            if (Line(answer, "path") is { } path)
            {
                Assert.True(path == "/public" || path.StartsWith("/public/", StringComparison.Ordinal), $"{target} got through {proxyName}, and {program} takes it for {path}");
                through.Add(target);
            }
        }

        Assert.Contains("/public/a", through);
        Assert.Contains("/public/a%20b", through);
    }

    [Theory, MemberData(nameof(Each)), Trait("Attack", "2"), Trait("Attack", "7")]
    public async Task no_spelling_of_a_name_reaches_the_application_from_a_client(string proxyName, string program)
    {
        await using var gate = await Gate.Open();
        var (process, application) = await Started(program);
        await using var running = process;
        await using var proxy = await GateBehindProxy.Start(proxyName, gate, application);
        Assert.SkipWhen(proxy is null, $"{proxyName} is not installed");

        foreach (var spelling in _spellings)
        {
            var nobody = await proxy!.Raw("GET /public/a", "cookbooks.example.com", spelling);
            var somebody = await proxy.Raw("GET /private", "cookbooks.example.com", spelling, $"Cookie: uitsmijter-sso={gate.CookieOf(Some.Cheese)}");

            Assert.Equal(("/public/a", "/private"), (Line(nobody, "path"), Line(somebody, "path")));
            Assert.All(new[] { nobody, somebody }, answer =>
            {
                Assert.DoesNotContain("root", answer, StringComparison.Ordinal);
                Assert.DoesNotContain("cm9vdDpyb290", answer, StringComparison.Ordinal);
            });
            Assert.Equal("subject-of-ada", Line(somebody, "HTTP_X_USER_IDENT"));
        }
    }

    private static async Task<(ChildProcess Process, Uri Address)> Started(string program)
    {
        var started = await BackEnd.Start(program);
        Assert.SkipWhen(started is null, $"{program} is not installed");
        return started!.Value;
    }

    /// <summary>What the application said of something; null where no application answered.</summary>
    private static string? Line(string answer, string name) =>
        answer.Split('\n').FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))?[(name.Length + 2)..].TrimEnd('\r');
}
