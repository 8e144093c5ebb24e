using Microsoft.Extensions.Logging;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Xunit;
using static Uitsmijter.Actors.Grains.Tests.Login.ScriptBench;

namespace Uitsmijter.Actors.Grains.Tests.Login;

public sealed class ScriptLogTests : IDisposable
{
    private readonly ScriptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [Trait("Contract", "configuration 16")]
    [InlineData("console.log('a', 1, true, null, undefined)", LogLevel.Information, "a 1 true null undefined")]
    [InlineData("console.info('x')", LogLevel.Information, "x")]
    [InlineData("console.warn('x')", LogLevel.Warning, "x")]
    [InlineData("console.debug('x')", LogLevel.Debug, "x")]
    [InlineData("console.error('x', 'y')", LogLevel.Error, "x y")]
    [InlineData("say('hello', 5.5)", LogLevel.Information, "hello 5.5")]
    [InlineData("console.log()", LogLevel.Information, "")]
    [InlineData("say()", LogLevel.Information, "")]
    [InlineData("console.log({}, [1, 2], () => 1)", LogLevel.Information, "[object Object] 1,2 ")]
    [InlineData("console.log(Symbol('s'))", LogLevel.Information, "Symbol(s)")]
    [InlineData("console.log('line\\nbreak\\r\\tand \\u001b[31m \\u2028 end')", LogLevel.Information, "line break  and  [31m   end")]
    public async Task a_line_has_its_level_its_text_and_its_run(string call, LogLevel level, string text)
    {
        await _bench.Constructor($"{call}; commit();");

        var line = Assert.Single(_bench.Log.Lines);
        Assert.Equal(level, line.Level);
        Assert.Matches("^\\|js\\|[0-9a-f]{8}: ", line.Text);
        Assert.StartsWith(text, line.Text[14..], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Contract", "configuration 16")]
    public async Task every_call_is_a_line_and_answers_null()
    {
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.Constructor(
            "const r = []; for (let i = 0; i < 3; i++) if (i !== 1) r.push(say(i)); r.push(console.log(1), console.error(2)); commit(r);"));

        Assert.Equal("[null,null,null,null]", Assert.Single(answer.Committed));
        Assert.Equal(["0", "2", "1", "2"], _bench.Log.Lines.Select(line => line.Text[14..]));
    }

    [Fact]
    [Trait("Contract", "configuration 26")]
    public async Task two_runs_are_told_apart()
    {
        await _bench.Constructor("say('a'); say('a'); commit();");
        await _bench.Constructor("say('b'); commit();");

        Assert.Equal(2, _bench.Log.Lines.Select(line => line.Text[..14]).Distinct().Count());
    }

    [Fact]
    public async Task lines_are_bounded_in_number_and_length()
    {
        var limits = ScriptLimits.For(TimeSpan.FromSeconds(30));

        await _bench.Constructor("for (let i = 0; i < 1000; i++) say('x'.repeat(5000)); commit();");

        Assert.Equal(limits.LogLines + 1, _bench.Log.Lines.Count);
        Assert.All(_bench.Log.Lines, line => Assert.InRange(line.Text.Length, 1, limits.LogLineLength + 20));
        Assert.Contains("left out", _bench.Log.Lines.Last().Text, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Attack", "45")]
    [InlineData("console.log(c.password)")]
    [InlineData("console.log('pw=' + c.password + '!')")]
    [InlineData("console.log(JSON.stringify(c))")]
    [InlineData("console.log('http://x/?p=' + encodeURIComponent(c.password))")]
    [InlineData("console.log(md5(c.password), sha256(c.password))")]
    [InlineData("console.error(new Error(c.password))")]
    [InlineData("Promise.reject(new Error(c.password))")]
    [InlineData("const h = md5(c.password); Promise.reject(h)")]
    [InlineData("console.log('x'.repeat(1995) + c.password)")]
    public async Task a_password_does_not_reach_the_log(string call)
    {
        const string password = "p\"w ä&1/=\\x";
        var hash = System.Text.Json.JsonSerializer.Deserialize<string>((await _bench.Value($"md5({System.Text.Json.JsonSerializer.Serialize(password)})"))!)!;

        var result = await _bench.LogIn(Class($"{call}; commit();"), password: password);

        Assert.IsType<ScriptResult.Answered>(result);
        Assert.NotEmpty(_bench.Log.Lines);
        var text = string.Join('\n', _bench.Log.Lines.Select(line => line.Text));
        string[] forms = [password, "p\\\"w ä&1/=\\\\x", Uri.EscapeDataString(password), hash, "p\"w"];
        Assert.All(forms, form => Assert.DoesNotContain(form, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task committed_values_are_not_logged()
    {
        await _bench.Constructor("commit({ subject: 'committed-subject', mail: 'committed-mail' }); Promise.reject('about committed-subject');");

        Assert.DoesNotContain(_bench.Log.Lines, line => line.Text.Contains("committed-", StringComparison.Ordinal));
        Assert.Contains(_bench.Log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("about ***", StringComparison.Ordinal));
    }
}
