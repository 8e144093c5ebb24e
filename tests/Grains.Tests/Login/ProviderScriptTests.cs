using System.Text.Json;
using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Login;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Xunit;
using static Uitsmijter.Actors.Grains.Tests.Login.ScriptBench;

namespace Uitsmijter.Actors.Grains.Tests.Login;

public sealed class ProviderScriptTests : IDisposable
{
    private readonly ScriptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    [Trait("Contract", "configuration 20")]
    public async Task a_user_may_be_let_in_or_kept_out()
    {
        const string script = """
            class UserLoginProvider {
              constructor(c) { this.ok = c.username === "ok@example.com" && c.password === "very-secret"; commit({ subject: "7" }); }
              get canLogin() { return this.ok; }
              get userProfile() { return { name: "Ok" }; }
              get role() { return "admin"; }
              get scopes() { return ["user:list", "user:add"]; }
            }
            """;

        var allowed = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(script));
        var denied = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(script, password: "wrong"));

        Assert.True(allowed.Allowed);
        Assert.Equal(("7", "admin", """{"name":"Ok"}"""), (allowed.Subject, allowed.Role, allowed.ProfileJson));
        Assert.Equal(["user:list", "user:add"], allowed.Scopes);
        Assert.False(denied.Allowed);
    }

    [Fact]
    [Trait("Contract", "configuration 14")]
    [Trait("Contract", "configuration 21")]
    public async Task nothing_is_committed_before_the_script_does_it()
    {
        var result = await _bench.Constructor("");

        Assert.Equal(ScriptFailure.NeverCommitted, Failure(result));
    }

    [Fact]
    [Trait("Contract", "configuration 15")]
    public async Task a_script_that_does_not_parse_fails_as_unusable()
    {
        var result = await _bench.LogIn("class UserLoginProvider { constructor( }");

        Assert.Equal(ScriptFailure.NoProvider, Failure(result));
    }

    [Theory]
    [Trait("Contract", "configuration 19")]
    [InlineData("")]
    [InlineData("// class UserLoginProvider {}")]
    [InlineData("class LoginProvider { constructor() { commit(true); } }")]
    [InlineData("const UserLoginProvider = 5;")]
    public async Task a_missing_class_is_an_immediate_failure(string source)
    {
        Assert.Equal(ScriptFailure.ClassMissing, Failure(await _bench.LogIn(source)));
    }

    [Theory]
    [Trait("Contract", "configuration 19")]
    [InlineData("class UserLoginProvider { constructor() { commit(); } get canLogin() { return 1; } }")]
    [InlineData("function UserLoginProvider() { this.canLogin = 'yes'; commit(); }")]
    [InlineData("var UserLoginProvider = class { canLogin = true; constructor() { commit(); } }")]
    public async Task everything_that_is_a_function_is_a_class(string source)
    {
        Assert.True(Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(source)).Allowed);
    }

    [Fact]
    [Trait("Contract", "configuration 24")]
    public async Task a_validation_script_answers_for_a_user()
    {
        const string script = "class UserValidationProvider { isValid = false; constructor(a) { this.isValid = a.username !== 'gone'; commit(this.isValid); } }";

        var valid = Assert.IsType<ScriptResult.Answered>(await _bench.Validate(script));
        var invalid = Assert.IsType<ScriptResult.Answered>(await _bench.Validate(script, "gone"));

        Assert.Equal((true, "true"), (valid.Allowed, Assert.Single(valid.Committed)));
        Assert.Equal((false, "false"), (invalid.Allowed, Assert.Single(invalid.Committed)));
    }

    [Fact]
    public async Task a_field_shadows_a_getter_of_the_same_name()
    {
        const string script = """
            class UserValidationProvider {
              isValid = false;
              constructor(a) { this.isValid = true; commit(true); }
              get isValid() { return this.isValid; }
            }
            """;

        Assert.True(Assert.IsType<ScriptResult.Answered>(await _bench.Validate(script)).Allowed);
    }

    [Theory]
    [Trait("Contract", "configuration 21")]
    [InlineData("{ subject: 'abc' }", "abc")]
    [InlineData("{ subject: 188920 }", "188920")]
    [InlineData("{ subject: 1e21 }", "1e+21")]
    [InlineData("true, { other: 1 }, { subject: 'later' }, { subject: 'too late' }", "later")]
    [InlineData("{ nested: { subject: 'no' }, subject: 'yes' }", "yes")]
    [InlineData("{ toJSON() { return { subject: 'own' }; } }", "own")]
    [InlineData("null", null)]
    [InlineData("", null)]
    [InlineData("{ subject: null }", null)]
    [InlineData("{ subject: '' }", null)]
    [InlineData("{ subject: {} }", null)]
    [InlineData("['subject']", null)]
    [InlineData("'subject'", null)]
    [InlineData("undefined, () => 1, Symbol('x')", null)]
    public async Task the_subject_is_the_first_one_committed(string arguments, string? expected)
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.Constructor($"commit({arguments});"));

        Assert.Equal(expected, answer.Subject);
    }

    [Fact]
    [Trait("Contract", "configuration 21")]
    public async Task a_denied_user_may_have_a_subject()
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(
            "class UserLoginProvider { constructor(c) { commit({ subject: 'x' }); } get canLogin() { return false; } }"));

        Assert.Equal((false, "x"), (answer.Allowed, answer.Subject));
    }

    [Fact]
    public async Task what_commit_cannot_write_down_is_null()
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.Constructor(
            "const cycle = {}; cycle.me = cycle; commit(undefined, () => 1, cycle, 'text', [1, { a: null }]);"));

        Assert.Equal([null, null, null, "\"text\"", """[1,{"a":null}]"""], answer.Committed);
    }

    [Fact]
    public async Task the_first_commit_wins_and_later_ones_are_warned_about()
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.Constructor("commit({ subject: 'a' }); commit({ subject: 'b' });"));

        Assert.Equal("a", answer.Subject);
        Assert.Contains(_bench.Log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("commit", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Contract", "configuration 22")]
    [InlineData("", "default", null)]
    [InlineData("get role() { return ''; }", "", null)]
    [InlineData("get role() { return 5; }", "default", null)]
    [InlineData("get role() { throw new Error('no'); }", "default", null)]
    [InlineData("get userProfile() { return {}; }", "default", "{}")]
    [InlineData("get userProfile() { return null; }", "default", "null")]
    [InlineData("get userProfile() { return () => 1; }", "default", null)]
    [InlineData("get userProfile() { throw 1; }", "default", null)]
    [InlineData("get userProfile() { return '{\"a\":1}'; }", "default", "\"{\\\"a\\\":1}\"")]
    public async Task role_and_profile_may_be_missing(string getter, string role, string? profile)
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(
            $"class UserLoginProvider {{ constructor(c) {{ commit(); }} get canLogin() {{ return true; }} {getter} }}"));

        Assert.Equal((role, profile), (answer.Role ?? "default", answer.ProfileJson));
    }

    [Theory]
    [InlineData("['a', 'b']", 2)]
    [InlineData("[]", 0)]
    [InlineData("'a'", 0)]
    [InlineData("['a', 1]", 0)]
    [InlineData("{ 0: 'a', length: 1 }", 0)]
    [InlineData("null", 0)]
    public async Task scopes_are_an_array_of_texts_or_none(string value, int count)
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(
            $"class UserLoginProvider {{ constructor(c) {{ commit(); }} get canLogin() {{ return true; }} get scopes() {{ return {value}; }} }}"));

        Assert.Equal(count, answer.Scopes.Length);
    }

    [Theory]
    [Trait("Contract", "configuration 23")]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("'no'", true)]
    [InlineData("{}", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("''", false)]
    [InlineData("null", false)]
    [InlineData("undefined", false)]
    [InlineData("NaN", false)]
    public async Task the_decision_is_truthiness(string value, bool allowed)
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(
            $"class UserLoginProvider {{ constructor(c) {{ commit(); }} get canLogin() {{ return {value}; }} }}"));

        Assert.Equal(allowed, answer.Allowed);
    }

    [Theory]
    [InlineData("canLogin() { return false; }")]
    [InlineData("get canLogin() { return (async () => false)(); }")]
    public async Task a_decision_that_is_true_by_accident_lets_nobody_in(string member)
    {
        var result = await _bench.LogIn($"class UserLoginProvider {{ constructor(c) {{ commit(); }} {member} }}");

        Assert.Equal(ScriptFailure.Threw, Failure(result));
    }

    [Theory]
    [Trait("Contract", "configuration 22")]
    [Trait("Contract", "configuration 27")]
    [InlineData("{ i: 1, d: 1.5, b: true, s: 'x', a: [1, 'b', null], o: { deep: { er: 1 } }, n: null }")]
    [InlineData("{ zero: 0, one: 1, negative: -273.15, big: 9007199254740991, huge: 1e300, small: 5e-324, neg: -9007199254740991 }")]
    [InlineData("{ text: 'ünï ☃ 😀 \\u0000 \\\" \\\\ \\n', '': 'empty', 'k e y': 1 }")]
    [InlineData("[1, '1', true, [[]], {}]")]
    [InlineData("5")]
    [InlineData("'text'")]
    [InlineData("true")]
    public async Task a_profile_keeps_the_kinds_of_its_values(string value)
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(
            $"class UserLoginProvider {{ constructor(c) {{ commit(JSON.stringify({value})); }} get canLogin() {{ return true; }} get userProfile() {{ return {value}; }} }}"));

        var expected = JsonSerializer.Deserialize<string>(Assert.Single(answer.Committed)!)!;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(answer.ProfileJson!)));
    }

    [Fact]
    [Trait("Contract", "configuration 27")]
    public async Task half_a_character_in_a_profile_still_makes_readable_json()
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(
            "class UserLoginProvider { constructor(c) { commit({ subject: 'a\\ud800' }); } get canLogin() { return true; } get userProfile() { return { 'x\\udfff': '\\\\ud800 \\ud83d\\ude00 \\ud83d' }; } }"));

        var property = Assert.Single(JsonElement.Parse(answer.ProfileJson!).EnumerateObject());
        Assert.Equal(("x\ufffd", "\\ud800 😀 \ufffd", "a\ufffd"), (property.Name, property.Value.GetString(), answer.Subject));
    }

    [Theory]
    [Trait("Contract", "configuration 25")]
    [InlineData("user@example.com")]
    [InlineData("")]
    [InlineData("\"quoted\" 'single' `back` \\ back \n\r\t line ünï ☃ 😀 \u0000 ${x} </script>")]
    public async Task credentials_arrive_as_they_were_typed(string text)
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(Class("commit(c, JSON.stringify(c));"), text, text));

        var expected = new { username = text, password = text, grant_type = "interceptor" };
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(JsonElement.Parse(answer.Committed[0]!)));
        Assert.True(JsonElement.DeepEquals(
            JsonSerializer.SerializeToElement(expected), JsonElement.Parse(JsonSerializer.Deserialize<string>(answer.Committed[1]!)!)));
    }

    [Fact]
    [Trait("Contract", "configuration 25")]
    public async Task very_long_credentials_arrive_whole()
    {
        var answer = Assert.IsType<ScriptResult.Answered>(
            await _bench.LogIn(Class("commit(c.username.length, c.password === c.username);"), new string('x', 100_000), new string('x', 100_000)));

        Assert.Equal(["100000", "true"], answer.Committed);
    }

    [Fact]
    [Trait("Contract", "configuration 25")]
    public async Task a_validation_script_is_given_exactly_one_field()
    {
        var answer = Assert.IsType<ScriptResult.Answered>(
            await _bench.Validate("class UserValidationProvider { constructor(a) { commit(JSON.stringify(a)); } get isValid() { return true; } }", "me"));

        Assert.Equal("""{"username":"me"}""", JsonSerializer.Deserialize<string>(Assert.Single(answer.Committed)!));
    }

    [Theory]
    [Trait("Contract", "configuration 17")]
    [InlineData("md5('Hello')", "\"8b1a9953c4611296a827abf8c47804d7\"")]
    [InlineData("sha256('Hello')", "\"185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969\"")]
    [InlineData("md5('')", "\"d41d8cd98f00b204e9800998ecf8427e\"")]
    [InlineData("sha256('abc')", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"")]
    [InlineData("md5('ünï')", "\"3241a66fd412a38b61bb6f5a732e1a29\"")]
    [InlineData("md5(undefined) === md5('undefined')", "true")]
    [InlineData("sha256(42) === sha256('42')", "true")]
    [InlineData("md5()", "null")]
    [InlineData("sha256()", "null")]
    [InlineData("[typeof commit, typeof fetch, typeof md5, typeof sha256, typeof say, typeof console.log].join()", "\"function,function,function,function,function,function\"")]
    [InlineData("typeof setTimeout + typeof require + typeof XMLHttpRequest + typeof URL + typeof atob + typeof crypto + typeof process", "\"undefinedundefinedundefinedundefinedundefinedundefinedundefined\"")]
    public async Task the_functions_of_the_contract_are_there_and_no_others(string expression, string expected)
    {
        Assert.Equal(expected, await _bench.Value(expression));
    }

    [Theory]
    [InlineData("throw new Error('broken on purpose')", "broken on purpose")]
    [InlineData("throw 'a text'", "a text")]
    [InlineData("undeclared = 5", "undeclared")]
    [InlineData("null.x", "")]
    [InlineData("Promise.reject(new TypeError('nobody listens'))", "nobody listens")]
    [InlineData("(async () => { await null; undeclared.x; })()", "undeclared")]
    [InlineData("Promise.resolve().then(() => { console.log(r.code); commit(true); })", "r is not defined")]
    [InlineData("commit(true); throw new Error('after commit')", "after commit")]
    public async Task a_script_that_throws_fails_at_once_and_says_why(string body, string reason)
    {
        var result = Assert.IsType<ScriptResult.Failed>(await _bench.Constructor(body));

        Assert.Equal(ScriptFailure.Threw, result.Failure);
        Assert.Contains(reason, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_place_of_an_error_is_named()
    {
        var result = Assert.IsType<ScriptResult.Failed>(await _bench.LogIn("class UserLoginProvider {\n constructor(c) {\n  nowhere.x;\n } }"));

        Assert.Contains("(line 3, column 3)", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("new Promise(() => {})")]
    [InlineData("(async () => { await new Promise(() => {}); commit(true); })()")]
    public async Task a_script_with_nothing_left_to_do_fails_at_once(string body)
    {
        Assert.Equal(ScriptFailure.NeverCommitted, Failure(await _bench.Constructor(body)));
    }

    [Theory]
    [InlineData("Promise.resolve().then(() => Promise.resolve(5)).then(x => commit(x))", "5")]
    [InlineData("(async () => { let n = 0; for (let i = 0; i < 100; i++) n += await i; commit(n); })()", "4950")]
    [InlineData("Promise.all([1, Promise.resolve(2)]).then(all => commit(all))", "[1,2]")]
    [InlineData("Promise.reject(new Error('x')).catch(e => commit(e.message))", "\"x\"")]
    [InlineData("const p = Promise.reject(1); Promise.resolve().then(() => p.catch(() => commit('late handler')))", "\"late handler\"")]
    [InlineData("class A { #p = 1; static s = 2; get v() { return this.#p; } } commit([`${new A().v}`, A.s, { ...{ a: 1 } }, [..._()]]); function* _() { yield 1; yield 2; }", "[\"1\",2,{\"a\":1},[1,2]]")]
    [InlineData("commit([new Date(0).toISOString(), /(?<y>\\d{4})/.exec('in 1999').groups.y, 0.1 + 0.2, (1234.5).toString(), 5n.toString()])", "[\"1970-01-01T00:00:00.000Z\",\"1999\",0.30000000000000004,\"1234.5\",\"5\"]")]
    public async Task modern_scripts_run(string body, string expected)
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.Constructor(body));

        Assert.Equal(expected, Assert.Single(answer.Committed));
    }

    [Fact]
    public async Task several_entries_are_one_script()
    {
        var scripts = _bench.Tenant("acme", null, "const helper = x => x + '!'; // no line break at the end", Class("commit({ subject: helper('joined') });"));

        Assert.Equal("joined!", Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(scripts)).Subject);
    }
}
