using System.Net;
using System.Text.RegularExpressions;
using Uitsmijter.Actors.EndToEnd.Tests.OAuth;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>A tenant begins to ask for strong and young logins while people and programs are at work: each door, from the refusal to the way in.</summary>
[Trait("Standard", "RFC 9470")]
public sealed partial class StepUp(Worlds worlds)
{
    private const string Strong = "urn:vault:strong";
    private const string Asking = "required_acr: [\"urn:vault:best\", \"urn:vault:strong\"], max_auth_age: 3600, ";

    /// <summary>How long the server may take to notice a file, on a busy machine.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Theory, InlineData(false), InlineData(true)]
    public async Task a_person_with_a_weak_login_is_asked_for_a_stronger_one_and_gets_in(bool overRedis)
    {
        var vault = await Vault.Open(await World(overRedis));
        using var person = new Visitor(vault.World.Server.Address);
        using (var login = await person.LogIn(vault.LoginHost, vault.Address, "strong-ada", "correct horse"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        }

        using var before = await person.Ask("traefik", vault.Host);
        var weakCookie = person.LoginCookie;
        await vault.Ask(Asking, () => Refuses(person, vault));

        using var page = await person.Send(HttpMethod.Get, "/interceptor", vault.Host, Question(vault, "navigate"));
        using var program = await person.Send(HttpMethod.Get, "/interceptor", vault.Host, Question(vault, "cors"));
        using var form = await person.Form(vault.LoginHost, vault.Address);
        using var stronger = await person.LogIn(vault.LoginHost, vault.Address, "strong-ada", "correct horse");
        using var after = await person.Ask("traefik", vault.Host);
        using var silent = await person.Form(vault.LoginHost, vault.Address);
        using var old = await Replay(vault, weakCookie!);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, page.StatusCode);
        Assert.Equal($"https://{vault.LoginHost}/login?for=https%3A%2F%2F{vault.Host}%2F&mode=interceptor", page.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.Unauthorized, program.StatusCode);
        Assert.Equal(page.Headers.Location.OriginalString, program.Headers.Location!.OriginalString);
        Assert.Equal((Strong, "3600"), (Challenge(program)["acr_values"].Split(' ')[1], Challenge(program)["max_age"]));
        Assert.Contains("LOGIN.ERRORS.STRONGER_NEEDED", await form.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.SeeOther, vault.Address), (stronger.StatusCode, stronger.Headers.Location!.OriginalString));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal("subject-of-strong-ada", after.Headers.GetValues("X-User-Ident").Single());
        Assert.Equal(HttpStatusCode.SeeOther, silent.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, old.StatusCode);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task a_person_whose_login_cannot_get_stronger_sees_a_page_and_keeps_what_they_have(bool overRedis)
    {
        var vault = await Vault.Open(await World(overRedis));
        using var person = new Visitor(vault.World.Server.Address);
        using (var login = await person.LogIn(vault.LoginHost, vault.Address, "ada", "correct horse"))
        {
            Assert.Equal(HttpStatusCode.SeeOther, login.StatusCode);
        }

        var cookie = person.LoginCookie;
        await vault.Ask(Asking, () => Refuses(person, vault));

        using var weak = await person.LogIn(vault.LoginHost, vault.Address, "ada", "correct horse");
        using var start = await person.Send(HttpMethod.Get, "/", vault.LoginHost, Proxied(vault.LoginHost));
        using var stranger = new Visitor(vault.World.Server.Address);
        using var nobody = await stranger.LogIn(vault.LoginHost, vault.Address, "ada", "correct horse");

        Assert.Equal(HttpStatusCode.Forbidden, weak.StatusCode);
        Assert.Null(weak.Headers.Location);
        Assert.Contains("LOGIN.ERRORS.TOO_WEAK", await weak.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(cookie, person.LoginCookie);
        Assert.Contains("subject-of-ada", await start.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, nobody.StatusCode);
        Assert.Null(stranger.LoginCookie);

        // What the tenant stops asking for, nobody has to bring: the login was never taken away.
        await vault.Ask("", async () => !await Refuses(person, vault));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task a_program_takes_the_challenge_to_the_authorization_endpoint_and_comes_back_with_a_better_token(bool overRedis)
    {
        var vault = await Vault.Open(await World(overRedis));
        using var client = new RelyingParty(vault.World, vault.LoginHost, vault.Client, RelyingParty.Secret);
        var weak = await Token(client, client.Request("openid"));
        using var before = await Call(vault, weak);
        await vault.Ask(Asking, async () =>
        {
            using var answer = await Call(vault, weak);
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        });

        using var challenged = await Call(vault, weak);
        using var broken = await Call(vault, weak[..^4] + "AAAA");
        var challenge = Challenge(challenged);
        var strong = await Token(client, new(client.Request("openid")) { ["acr_values"] = challenge["acr_values"], ["max_age"] = challenge["max_age"] });
        using var after = await Call(vault, strong);

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal("insufficient_user_authentication", challenge["error"]);
        Assert.Null(challenged.Headers.Location);
        Assert.Equal("Bearer error=\"invalid_token\"", broken.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Equal("subject-of-strong-ada", after.Headers.GetValues("X-User-Ident").Single());
    }

    private static async Task<string> Token(RelyingParty client, Dictionary<string, string> request)
    {
        var (_, tokens, _) = await client.Exchange((await client.Answer(request, "strong-ada"))["code"]);
        return tokens.GetProperty("access_token").GetString()!;
    }

    private static async Task<bool> Refuses(Visitor person, Vault vault)
    {
        using var answer = await person.Ask("check", vault.Host);
        return answer.StatusCode == HttpStatusCode.Unauthorized;
    }

    private static async Task<HttpResponseMessage> Call(Vault vault, string token)
    {
        using var program = new Visitor(vault.World.Server.Address);
        var question = Question(vault, "cors");
        question["Authorization"] = $"Bearer {token}";
        return await program.Send(HttpMethod.Get, "/auth/traefik", vault.Host, question);
    }

    private static async Task<HttpResponseMessage> Replay(Vault vault, string cookie)
    {
        using var thief = new Visitor(vault.World.Server.Address);
        var question = Question(vault, "navigate");
        question["Cookie"] = cookie;
        return await thief.Send(HttpMethod.Get, "/auth/traefik", vault.Host, question);
    }

    private static Dictionary<string, string?> Question(Vault vault, string mode)
    {
        var headers = Proxied(vault.Host);
        headers["X-Forwarded-Method"] = "GET";
        headers["X-Forwarded-Uri"] = "/";
        headers["Sec-Fetch-Mode"] = mode;
        return headers;
    }

    private static Dictionary<string, string?> Proxied(string host) => new() { ["X-Forwarded-Proto"] = "https", ["X-Forwarded-Host"] = host, ["Accept"] = "text/html" };

    private static Dictionary<string, string> Challenge(HttpResponseMessage answer) =>
        Parameter().Matches(answer.Headers.WwwAuthenticate.ToString()).ToDictionary(static one => one.Groups["name"].Value, static one => one.Groups["value"].Value);

    private Task<World> World(bool overRedis)
    {
        Assert.SkipWhen(overRedis && !RedisServer.IsInstalled, "redis-server is not installed");
        return overRedis ? worlds.OverRedis : worlds.Embedded;
    }

    [GeneratedRegex("(?<name>[a-z_]+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Parameter();

    /// <summary>A tenant of one test, whose configuration the test edits.</summary>
    private sealed record Vault(World World, string Name)
    {
        public string Host => $"app.{Name}.test";

        public string LoginHost => $"id.{Name}.test";

        public string Address => $"https://{Host}/";

        public string Client { get; } = Guid.NewGuid().ToString();

        public static async Task<Vault> Open(World world)
        {
            var vault = new Vault(world, $"vault{Guid.NewGuid():N}");
            world.WriteTenant(vault.Name, vault.Yaml(""));
            world.WriteClient(vault.Name, $"name: {vault.Name}\nconfig:\n  ident: {vault.Client}\n  tenantname: {vault.Name}\n  redirect_urls: [{RelyingParty.Callback}]\n  scopes: [openid]\n  secret: {RelyingParty.Secret}\n");
            using var anybody = new Visitor(world.Server.Address);
            await Until(async () =>
            {
                using var answer = await anybody.Ask("traefik", vault.Host);
                using var client = await anybody.Send(HttpMethod.Get, $"/authorize?client_id={vault.Client}", vault.LoginHost, Proxied(vault.LoginHost));
                return answer.StatusCode == HttpStatusCode.Redirect && !(await client.Content.ReadAsStringAsync()).Contains("NO_CLIENT", StringComparison.Ordinal);
            });
            return vault;
        }

        /// <summary>Changes what the tenant asks for, and waits until the change shows.</summary>
        public async Task Ask(string requirement, Func<Task<bool>> shows)
        {
            World.WriteTenant(Name, Yaml(requirement));
            await Until(shows);
        }

        private static async Task Until(Func<Task<bool>> condition)
        {
            using var patience = new CancellationTokenSource(_patience);
            while (!await condition())
            {
                await Task.Delay(20, patience.Token);
            }
        }

        private string Yaml(string requirement) =>
            $$"""
            name: {{Name}}
            config:
              hosts: [{{LoginHost}}, {{Host}}]
              jwt_algorithm: ES256
              interceptor: { enabled: true, {{requirement}}domain: {{LoginHost}}, cookie: .{{Name}}.test }
              providers:
                - |
                  class UserLoginProvider {
                    constructor(credentials) {
                      this.allowed = credentials.password === 'correct horse';
                      this.strong = (credentials.acr_values ?? '').split(' ').includes('{{Strong}}') && credentials.username.startsWith('strong');
                      commit({ subject: 'subject-of-' + credentials.username });
                    }
                    get canLogin() { return this.allowed; }
                    get acr() { return this.strong ? '{{Strong}}' : 'urn:vault:plain'; }
                  }
                - |
                  class UserValidationProvider { constructor(args) { commit(true); } get isValid() { return true; } }
            """;
    }
}
