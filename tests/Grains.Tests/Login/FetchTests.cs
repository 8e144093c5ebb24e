using System.IO.Compression;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;
using static Uitsmijter.Actors.Grains.Tests.Login.ScriptBench;

namespace Uitsmijter.Actors.Grains.Tests.Login;

[Trait("Contract", "configuration 18")]
public sealed class FetchTests : IDisposable
{
    private const string Report = ".then(r => commit(r)).catch(e => commit({ error: e.message, code: e.code, body: e.body }))";

    private readonly ScriptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task an_answer_has_code_and_body_and_the_names_of_browsers()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("""{"userId":7}""", 201, "X-Extra: yes\r\nContent-Type: application/json\r\n"));

        var value = await Fetched($"""
            const r = await fetch("{server.Url}/login?x=1");
            commit([r.code, r.status, r.ok, r.body, r.headers["x-extra"], await r.text(), (await r.json()).userId, r.url]);
            """);

        Assert.Equal($$"""[201,201,true,"{\"userId\":7}","yes","{\"userId\":7}",7,"{{server.Url}}/login?x=1"]""", value);
        Assert.Equal(("GET", "/login?x=1", ""), (server.Requests.Single().Method, server.Requests.Single().Path, server.Requests.Single().Body));
    }

    [Theory]
    [InlineData("", "GET", "", null)]
    [InlineData("{}", "GET", "", null)]
    [InlineData("null", "GET", "", null)]
    [InlineData("{ method: 'post' }", "POST", "", null)]
    [InlineData("{ method: 'PUT', body: 'text' }", "PUT", "text", null)]
    [InlineData("{ method: 'delete', body: 5 }", "DELETE", "5", null)]
    [InlineData("{ method: 'patch', body: true }", "PATCH", "true", null)]
    [InlineData("{ method: 'post', body: null }", "POST", "", null)]
    [InlineData("{ method: 'post', body: undefined }", "POST", "", null)]
    [InlineData("{ method: 'post', body: { user: 'ä', list: [1] } }", "POST", """{"user":"ä","list":[1]}""", "application/json")]
    [InlineData("{ method: 'post', body: [1, 2] }", "POST", "[1,2]", "application/json")]
    [InlineData("{ method: 'post', body: { a: 1 }, headers: { 'content-type': 'application/vnd.x+json' } }", "POST", """{"a":1}""", "application/vnd.x+json")]
    [InlineData("{ method: 'post', body: JSON.stringify({ a: 1 }), headers: { 'Content-Type': 'application/json' } }", "POST", """{"a":1}""", "application/json")]
    public async Task method_and_body_are_sent_as_written(string settings, string method, string body, string? type)
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("ok"));

        await Fetched($"await fetch('{server.Url}/'{(settings.Length > 0 ? ", " + settings : "")}); commit();");

        var request = Assert.Single(server.Requests);
        Assert.Equal((method, body, type), (request.Method, request.Body, request.Header("Content-Type")));
    }

    [Fact]
    public async Task headers_are_sent_as_text_but_not_those_that_are_ours()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("ok"));

        await Fetched($$"""
            await fetch("{{server.Url}}/", { method: "post", body: "abc", headers: {
              Authorization: "Bearer t", "X-Number": 5, "X-Bool": true, "X-None": undefined, "X-Umlaut": "a",
              "Content-Length": "99", "Transfer-Encoding": "chunked", Connection: "upgrade", Upgrade: "h2c", Host: "evil.example" } });
            commit();
            """);

        var request = Assert.Single(server.Requests);
        Assert.Equal(("Bearer t", "5", "true", null), (request.Header("Authorization"), request.Header("X-Number"), request.Header("X-Bool"), request.Header("X-None")));
        Assert.Equal(("3", $"127.0.0.1:{server.Port}", null, null), (request.Header("Content-Length"), request.Header("Host"), request.Header("Transfer-Encoding"), request.Header("Upgrade")));
        Assert.Null(request.Header("traceparent"));
        Assert.Null(request.Header("Cookie"));
    }

    [Theory]
    [InlineData("fetch()")]
    [InlineData("fetch(null)")]
    [InlineData("fetch('')")]
    [InlineData("fetch('nonsense')")]
    [InlineData("fetch('/relative')")]
    [InlineData("fetch('file:///etc/passwd')")]
    [InlineData("fetch('ftp://x/')")]
    [InlineData("fetch('gopher://x/')")]
    [InlineData("fetch('javascript:1')")]
    [InlineData("fetch('http://user:pass@127.0.0.1/')")]
    [InlineData("fetch('http://')")]
    [InlineData("fetch({ toString() { throw new Error('no'); } })")]
    [InlineData("fetch('http://127.0.0.1:1/', { method: 'CONNECT' })")]
    [InlineData("fetch('http://127.0.0.1:1/', { method: 'GET / HTTP/1.1\\r\\nX: y' })")]
    [InlineData("fetch('http://127.0.0.1:1/', { headers: { 'X': 'a\\r\\nY: b' } })")]
    [InlineData("fetch('http://127.0.0.1:1/', { headers: { 'X\\r\\nY': 'b' } })")]
    [InlineData("fetch('http://127.0.0.1:1/', { headers: { '': 'b' } })")]
    [InlineData("fetch('http://127.0.0.1:1/', { get body() { throw new Error('no'); } })")]
    [InlineData("fetch('http://127.0.0.1:1/')")]
    [InlineData("fetch('http://does-not-exist.invalid/')")]
    public async Task what_cannot_be_fetched_rejects_and_never_throws(string call)
    {
        var value = await Fetched($"const p = {call}; const isPromise = p instanceof Promise; await p.then(() => commit('resolved'), e => commit([isPromise, e instanceof Error]));");

        Assert.Equal("[true,true]", value);
    }

    [Fact]
    public async Task another_status_rejects_with_url_and_status_and_tells_code_and_body()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("no such user", 401));

        var value = JsonElement.Parse((await Fetched($"fetch('{server.Url}/login?key=secret'){Report}"))!);

        Assert.Equal($"{server.Url}/login answered with status 401", value.GetProperty("error").GetString());
        Assert.Equal((401, "no such user"), (value.GetProperty("code").GetInt32(), value.GetProperty("body").GetString()));
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, ", { resolveErrorStatus: true }")]
    public async Task a_tenant_or_a_call_may_ask_for_every_status_to_resolve(bool tenant, string settings)
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("gone", 404));
        var scripts = _bench.Tenant("acme", new() { ResolveErrorStatus = tenant }, Class(
            $"fetch('{server.Url}/'{settings}).then(r => commit([r.code, r.ok, r.body]))"));

        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn(scripts));

        Assert.Equal("""[404,false,"gone"]""", Assert.Single(answer.Committed));
    }

    [Fact]
    public async Task an_unhandled_rejection_of_fetch_fails_the_run_with_its_reason()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("", 500));

        var result = Assert.IsType<ScriptResult.Failed>(await _bench.Constructor($"fetch('{server.Url}/x').then(() => commit(true))"));

        Assert.Equal(ScriptFailure.Threw, result.Failure);
        Assert.Contains("/x answered with status 500", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_empty_body_is_an_empty_text()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("", 204));

        Assert.Equal("\"\"", await Fetched($"commit((await fetch('{server.Url}')).body);"));
    }

    [Theory]
    [InlineData("utf-8", "ünï ☃")]
    [InlineData("iso-8859-1", "ünï")]
    [InlineData("nonsense", "ünï")]
    public async Task the_body_is_read_in_its_character_set(string charset, string text)
    {
        var encoding = charset == "iso-8859-1" ? System.Text.Encoding.Latin1 : System.Text.Encoding.UTF8;
        using var server = new TinyServer(_ => new TinyAnswer(200, encoding.GetBytes(text), $"Content-Type: text/plain; charset={charset}\r\n"));

        Assert.Equal(text, JsonSerializer.Deserialize<string>((await Fetched($"commit((await fetch('{server.Url}')).body);"))!));
    }

    [Fact]
    public async Task a_run_holds_no_thread_while_it_waits_for_an_answer()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var server = new TinyServer(async _ => { await release.Task; return TinyAnswer.Text("ok"); });
        using var bench = new ScriptBench(pool: PoolLimits.For(2) with { Threads = 2, ThreadsPerTenant = 1, Turns = 1, TurnsPerTenant = 1 });
        var scripts = bench.Tenant("acme", null, Class($"if (c.username === 'wait') fetch('{server.Url}').then(r => commit(r.body)); else commit('quick');"));
        var waiting = Enumerable.Range(0, 20).Select(_ => bench.LogIn(scripts, "wait")).ToArray();
        await ClusterFixture.Until(() => server.Requests.Count == 20);

        var quick = Assert.IsType<ScriptResult.Answered>(await bench.LogIn(scripts));
        release.SetResult();

        Assert.Equal("\"quick\"", Assert.Single(quick.Committed));
        Assert.All(await Task.WhenAll(waiting), result => Assert.Equal("\"ok\"", Assert.Single(Assert.IsType<ScriptResult.Answered>(result).Committed)));
    }

    [Fact]
    public async Task several_calls_run_in_parallel_but_not_all_at_once()
    {
        var limit = ScriptLimits.For(TimeSpan.FromSeconds(30)).ParallelFetches;
        using var server = new TinyServer(async request => { await Task.Yield(); return TinyAnswer.Text(request.Path); });

        var value = await Fetched($"const all = await Promise.all(Array.from({{ length: 30 }}, (_, i) => fetch('{server.Url}/' + i))); commit(all.map(r => r.body).join());");

        Assert.Equal($"\"{string.Join(',', Enumerable.Range(0, 30).Select(i => $"/{i}"))}\"", value);
        Assert.InRange(server.MostAtOnce, 1, limit);
    }

    [Fact]
    public async Task too_many_calls_reject()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("ok"));
        var limit = ScriptLimits.For(TimeSpan.FromSeconds(30)).Fetches;

        var value = await Fetched($"const all = await Promise.allSettled(Array.from({{ length: 200 }}, () => fetch('{server.Url}'))); commit(all.filter(r => r.status === 'fulfilled').length);");

        Assert.Equal($"{limit}", value);
        Assert.Equal(limit, server.Requests.Count);
    }

    [Fact]
    [Trait("Attack", "40")]
    public async Task a_loop_of_fetches_shares_one_budget()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("ok"));

        var result = await _bench.Constructor($"let s = []; const go = () => fetch('{server.Url}').then(() => {{ for (let i = 0; i < 4000; i++) s.push({{}}); go(); }}); go();");

        Assert.Equal(ScriptFailure.LimitExceeded, Failure(result));
    }

    [Fact]
    [Trait("Attack", "40")]
    public async Task a_body_that_is_too_long_is_not_read_to_its_end()
    {
        var limit = ScriptLimits.For(TimeSpan.FromSeconds(30)).FetchBody;
        using var server = new TinyServer(request => new TinyAnswer(200, new byte[request.Path == "/fits" ? limit : limit + 1]));

        Assert.Equal($"{limit}", await Fetched($"commit((await fetch('{server.Url}/fits')).body.length);"));
        Assert.Contains("longer than", await Fetched($"fetch('{server.Url}/more'){Report}"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Attack", "40")]
    public async Task a_bomb_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(new byte[100_000_000]);
        }

        using var server = new TinyServer(_ => new TinyAnswer(200, packed.ToArray(), "Content-Encoding: gzip\r\n"));

        Assert.Contains("longer than", await Fetched($"fetch('{server.Url}/bomb'){Report}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_packed_answer_is_unpacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("unpacked"u8);
        }

        using var server = new TinyServer(_ => new TinyAnswer(200, packed.ToArray(), "Content-Encoding: gzip\r\n"));

        Assert.Equal("\"unpacked\"", await Fetched($"commit((await fetch('{server.Url}')).body);"));
    }

    [Fact]
    public async Task a_script_that_waits_too_long_is_stopped_and_hangs_up()
    {
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<TinyAnswer>();
        using var server = new TinyServer(_ => { asked.TrySetResult(); return never.Task; });
        var clock = new FakeTimeProvider();
        using var bench = new ScriptBench(time: clock);
        var run = bench.Constructor($"fetch('{server.Url}').then(() => commit());");
        await asked.Task;

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(run.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(ScriptFailure.TimedOut, Failure(await run));
    }

    [Fact]
    public async Task a_script_nobody_waits_for_is_stopped()
    {
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<TinyAnswer>();
        using var server = new TinyServer(_ => { asked.TrySetResult(); return never.Task; });
        using var cancellation = new CancellationTokenSource();
        var run = _bench.LogIn(_bench.Tenant("acme", null, Class($"fetch('{server.Url}').then(() => commit());")), cancellationToken: cancellation.Token);
        await asked.Task;

        await cancellation.CancelAsync();

        Assert.Equal(ScriptFailure.TimedOut, Failure(await run));
    }

    [Fact]
    public async Task getters_are_read_after_an_asynchronous_answer()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("""{"userId":42,"role":"admin","name":"Ünï"}"""));
        var answer = Assert.IsType<ScriptResult.Answered>(await _bench.LogIn($$"""
            class UserLoginProvider {
              isLoggedIn = false;
              profile = {};
              constructor(credentials) {
                fetch("{{server.Url}}/login", { method: "post", body: { user: credentials.username, password: md5(credentials.password) } })
                  .then((result) => {
                    if (result.code === 200) {
                      this.isLoggedIn = true;
                      this.profile = JSON.parse(result.body);
                      return commit({ subject: this.profile.userId });
                    }
                    commit(false);
                  });
              }
              get canLogin() { return this.isLoggedIn; }
              get userProfile() { return this.profile; }
              get role() { return this.profile.role || "user"; }
            }
            """));

        Assert.Equal((true, "42", "admin"), (answer.Allowed, answer.Subject, answer.Role));
        Assert.Equal("""{"user":"ok@example.com","password":"9c08fdab0e5f23bcbbb8cc3f9b32ceac"}""", server.Requests.Single().Body);
    }

    private async Task<string?> Fetched(string body, ScriptSettings? settings = null)
    {
        var result = await _bench.LogIn(_bench.Tenant("acme", settings, Class($"(async () => {{ {body} }})();")));

        return Assert.IsType<ScriptResult.Answered>(result).Committed.SingleOrDefault();
    }
}
