using System.Net;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>The port for operators and the paths of probes know no applications, whoever asks them and with whatever login.</summary>
[Trait("Attack", "8")]
public sealed class ProbePorts(Worlds worlds)
{
    private const string Host = "cookbooks.example.test";

    [Theory]
    [InlineData("/interceptor")]
    [InlineData("/auth/traefik")]
    [InlineData("/auth/caddy")]
    [InlineData("/auth/nginx")]
    [InlineData("/auth/envoy/")]
    [InlineData("/auth/check")]
    [InlineData("/login")]
    [InlineData("/authorize")]
    [InlineData("/token")]
    [InlineData("/ping")]
    public async Task the_management_port_answers_no_question_of_a_proxy_and_logs_nobody_in(string path)
    {
        var world = await worlds.Embedded;
        using var person = await LoggedIn(world);
        using var probe = new Visitor(world.Server.Management);

        using var answer = await probe.Send(HttpMethod.Get, path, Host, Question(person));

        Assert.InRange((int)answer.StatusCode, 400, 499);
        Nobody(answer);
    }

    [Theory]
    [InlineData("/health", false)]
    [InlineData("/health/ready", false)]
    [InlineData("/ping", false)]
    [InlineData("/metrics", false)]
    [InlineData("/health", true)]
    [InlineData("/health/ready", true)]
    [InlineData("/metrics", true)]
    public async Task what_a_probe_is_told_names_nobody_although_somebody_asks(string path, bool onManagementPort)
    {
        var world = await worlds.Embedded;
        using var person = await LoggedIn(world);
        using var probe = new Visitor(onManagementPort ? world.Server.Management : world.Server.Address);
        var question = Question(person);
        question["User-Agent"] = "kube-probe/1.33";

        using var answer = await probe.Send(HttpMethod.Get, path, Host, question);

        Nobody(answer);
        Assert.DoesNotContain("ada@example.com", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<Visitor> LoggedIn(World world)
    {
        var person = new Visitor(world.Server.Address);
        using var login = await person.LogIn("login.example.test", $"https://{Host}/", "ada@example.com", "correct horse");
        using var opened = await person.Ask("traefik", Host);
        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.OK), (login.StatusCode, opened.StatusCode));
        return person;
    }

    private static void Nobody(HttpResponseMessage answer)
    {
        Assert.False(answer.Headers.Contains("X-User-Ident"));
        Assert.False(answer.Headers.Contains("X-User-Email"));
        Assert.False(answer.Headers.Contains("Authorization"));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    private static Dictionary<string, string?> Question(Visitor person) => new()
    {
        ["X-Forwarded-Method"] = "GET",
        ["X-Forwarded-Proto"] = "https",
        ["X-Forwarded-Host"] = Host,
        ["X-Forwarded-Uri"] = "/",
        ["X-Original-Method"] = "GET",
        ["X-Original-URL"] = $"https://{Host}/",
        ["Accept"] = "text/html",
        ["Cookie"] = person.LoginCookie,
    };
}
