using System.Text.RegularExpressions;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;
using static Uitsmijter.Actors.Grains.Tests.Login.ScriptBench;

namespace Uitsmijter.Actors.Grains.Tests.Login;

/// <summary>The scripts people copy: from the documentation of Uitsmijter, from its contract, and from our own pages.</summary>
public sealed partial class SampleScriptTests : IDisposable
{
    private const string Backend = "http://users.internal.example:8080";

    /// <summary>The full example of Uitsmijter's page on tenants, with the name it uses without declaring it.</summary>
    private const string BreadAndButter = """
        class UserLoginProvider {
          isLoggedIn = false;
          profile = {};
          constructor(credentials) {
            fetch("http://users.internal.example:8080/login", {
              method: "post",
              body: { user: credentials.username, password: md5(credentials.password) }
            }).then((result) => {
              console.log("User Login", credentials.username, r.code);
              if(result.status === 200){
                this.isLoggedIn = true;
                this.profile = result.body;
                return commit({subject: JSON.parse(result.body).userId});
              }
              commit(false);
            });
          }
          get canLogin() {
            return this.isLoggedIn;
          }
          get userProfile() {
            return this.profile;
          }
          get role() {
            return this.profile.role || "user"
          }
        }
        class UserValidationProvider {
          isValid = false;
          constructor(args) {
            fetch("http://users.internal.example:8080/is-known", {
              method: "post",
              body: { user: args.username }
            }).then((result) => {
              console.log("User Validation", args.username, r.code);
              if(result.status === 200){
                this.isValid = true;
                return commit(this.isValid);
              }
              commit(false);
            });
          }
          get isValid() {
            return this.isValid;
          }
        }
        """;

    /// <summary>The interceptor example, as a folded YAML text has it: on one line.</summary>
    private const string Interceptor =
        "class UserLoginProvider { constructor(credentials) { commit(true); } get canLogin() { return true; } "
        + "get userProfile() { return {message:\"DO NOT USE THIS IN PRODUCTION\"}; } get role() { return \"development\"; } }\n"
        + "class UserValidationProvider { constructor(args) { commit(true); } get isValid() { return true; } }";

    private readonly ScriptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task the_interceptor_example_lets_everybody_in()
    {
        var login = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(Interceptor));
        var validation = Assert.IsType<ScriptResult.Answered>(await _bench.Validate(Interceptor));

        Assert.Equal((true, null, "development", """{"message":"DO NOT USE THIS IN PRODUCTION"}"""), (login.Allowed, login.Subject, login.Role, login.ProfileJson));
        Assert.True(validation.Allowed);
        Assert.Empty(ProviderScriptCheck.Check([Interceptor]));
    }

    [Fact]
    public async Task the_undeclared_name_in_the_full_example_is_named_when_it_is_loaded_and_when_it_runs()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("""{"userId":"u-7"}"""));
        var source = BreadAndButter.Replace(Backend, server.Url, StringComparison.Ordinal);

        var problem = Assert.Single(ProviderScriptCheck.Check([source]));
        var login = Assert.IsType<ScriptResult.Failed>(await _bench.LogIn(source));
        var validation = Assert.IsType<ScriptResult.Failed>(await _bench.Validate(source));

        Assert.Equal((9, ProblemSeverity.Warning), (problem.Line, problem.Severity));
        Assert.Contains("`r`", problem.Message, StringComparison.Ordinal);
        Assert.All([login, validation], failed => Assert.Equal(ScriptFailure.Threw, failed.Failure));
        Assert.All([login, validation], failed => Assert.Contains("r is not defined", failed.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task with_the_name_corrected_the_full_example_does_what_it_says()
    {
        using var server = new TinyServer(request => request.Path == "/login" && !request.Body.Contains("\"user\":\"ok@example.com\"", StringComparison.Ordinal)
            ? TinyAnswer.Text("", 401)
            : TinyAnswer.Text("""{"userId":"u-7"}"""));
        var source = BreadAndButter.Replace(Backend, server.Url, StringComparison.Ordinal).Replace("r.code", "result.code", StringComparison.Ordinal);
        var lenient = _bench.Tenant("acme", new() { ResolveErrorStatus = true }, source);

        var allowed = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(source));
        var denied = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(lenient, "somebody"));
        var valid = Assert.IsType<ScriptResult.Answered>(await _bench.Validate(source));

        // The profile is the body's text, so it has no role; that is how the example is written.
        Assert.Equal((true, "u-7", "user", "\"{\\\"userId\\\":\\\"u-7\\\"}\""), (allowed.Allowed, allowed.Subject, allowed.Role, allowed.ProfileJson));
        Assert.Equal((false, null), (denied.Allowed, denied.Subject));
        Assert.True(valid.Allowed);
        Assert.Contains(_bench.Log.Lines, line => line.Text.EndsWith(": User Login ok@example.com 200", StringComparison.Ordinal));
    }

    [Fact]
    public async Task the_minimal_sample_of_the_contract_works()
    {
        const string sample = """
            class UserLoginProvider {
              ok = false;
              constructor(c) { this.ok = c.username.length > 0; commit({ subject: c.username }); }
              get canLogin() { return this.ok; }
              get userProfile() { return {}; }
              get role() { return "user"; }
            }
            """;

        var somebody = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(sample));
        var nobody = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(sample, ""));

        Assert.Equal((true, "ok@example.com", "user", "{}"), (somebody.Allowed, somebody.Subject, somebody.Role, somebody.ProfileJson));
        Assert.Equal((false, null), (nobody.Allowed, nobody.Subject));
    }

    [Fact]
    [Trait("Contract", "configuration 50")]
    public async Task a_script_may_decide_by_grant_type()
    {
        const string script = "class UserLoginProvider { constructor(c) { this.c = c; commit(); } get canLogin() { return this.c.grant_type !== 'password'; } }";
        var scripts = _bench.Tenant("acme", null, script);

        Assert.True(Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(scripts)).Allowed);
        Assert.False(Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(scripts, grantType: "password")).Allowed);
    }

    public static TheoryData<string, string> OurOwn()
    {
        var data = new TheoryData<string, string>();
        foreach (Match block in Block().Matches(Page()))
        {
            data.Add(block.Groups["mark"].Value, block.Groups["script"].Value);
        }

        return data;
    }

    [Fact]
    public void every_script_on_the_page_is_marked_and_so_tested()
    {
        Assert.Equal(Regex.Count(Page(), "```js"), OurOwn().Count);
        Assert.Equal(6, OurOwn().Count);
    }

    [Theory]
    [MemberData(nameof(OurOwn))]
    public async Task the_scripts_on_our_page_do_what_the_page_says(string mark, string script)
    {
        using var server = new TinyServer(request => request.Path switch
        {
            "/login" => TinyAnswer.Text("""{"id":7,"name":"Ok","role":"admin"}"""),
            "/known?user=ok%40example.com" => TinyAnswer.Text("""{"known":true}"""),
            "/groups?user=ok%40example.com" => TinyAnswer.Text("""["admins"]"""),
            _ => TinyAnswer.Text("", 404),
        });
        var source = script.Replace(Backend, server.Url, StringComparison.Ordinal);
        var results = new List<ScriptResult>();
        if (source.Contains("class UserLoginProvider", StringComparison.Ordinal))
        {
            results.Add(await _bench.LogIn(source, password: "correct horse"));
        }

        if (source.Contains("class UserValidationProvider", StringComparison.Ordinal))
        {
            results.Add(await _bench.Validate(source));
        }

        Assert.NotEmpty(results);
        if (mark == "runs")
        {
            Assert.Empty(ProviderScriptCheck.Check([source]));
            Assert.All(results, result => Assert.True(Assert.IsType<ScriptResult.Answered>(result).Allowed));
        }
        else
        {
            Assert.NotEmpty(ProviderScriptCheck.Check([source]));
            Assert.All(results, result => Assert.Contains(mark["fails: ".Length..], Assert.IsType<ScriptResult.Failed>(result).Message, StringComparison.Ordinal));
        }
    }

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Uitsmijter.Actors.sln")))
        {
            folder = folder.Parent;
        }

        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "provider-scripts.md"));
    }

    [GeneratedRegex("<!-- (?<mark>[^>]*) -->\n```js\n(?<script>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
