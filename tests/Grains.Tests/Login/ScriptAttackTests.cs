using Uitsmijter.Actors.GrainInterfaces.Login;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Xunit;
using static Uitsmijter.Actors.Grains.Tests.Login.ScriptBench;

namespace Uitsmijter.Actors.Grains.Tests.Login;

/// <summary>Scripts that want the silo dead. Each ends in a failure of its own, soon, and without the memory of the machine.</summary>
[Trait("Attack", "40")]
[Collection(nameof(ScriptAttackTests))]
[CollectionDefinition(nameof(ScriptAttackTests), DisableParallelization = true)]
public sealed class ScriptAttackTests : IDisposable
{
    // Counted while nothing else runs. Far above one run's budget, because one step may overshoot it, and far below a machine's memory.
    private const long MostBytes = 300L * 1024 * 1024;

    private const string Long = "let s = 'x'; for (let i = 0; i < 19; i++) s += s;";

    private readonly ScriptBench _bench = new(ScriptLimits.For(TimeSpan.FromSeconds(20)));

    public void Dispose() => _bench.Dispose();

    [Theory]
    // Loops
    [InlineData("while (true);")]
    [InlineData("for (;;) {}")]
    [InlineData("do ; while (1)")]
    [InlineData("a: for (;;) continue a")]
    [InlineData("const f = () => f(); for (;;) try { f() } catch {}")]
    [InlineData("Promise.resolve().then(() => { while (true); })")]
    [InlineData("(function f() { Promise.resolve().then(f); })()")]
    [InlineData("const f = () => Promise.resolve().then(f); f()")]
    [InlineData("const p = Promise.resolve(), g = () => p.then(g); g()")]
    [InlineData("const t = { get then() { return r => r(t); } }; Promise.resolve(t)")]
    [InlineData("(async () => { for (;;) await null; })()")]
    [InlineData("for (const x of (function* () { while (true) yield* [1, 2]; })());")]
    [InlineData("const m = new Map([[1, 1]]); for (const [k] of m) { m.delete(k); m.set(k, 1); }")]
    [InlineData("new Proxy({}, { get() { while (true); } }).x")]
    [InlineData("({ get x() { while (true); } }).x")]
    [InlineData("[3, 1, 2].sort(() => { while (true); })")]
    [InlineData("`${{ toString() { while (true); } }}`")]
    [InlineData("JSON.stringify({ toJSON() { while (true); } })")]
    [InlineData("Iterator.from({ next() { return { done: false, value: 1 }; } }).drop(Infinity).next()")]
    [InlineData("try { while (true); } finally { while (true); }")]
    // Regular expressions, as literal and made at run time
    [InlineData("/^(a+)+$/.test('a'.repeat(40) + 'b')")]
    [InlineData("new RegExp('^(a+)+$').test('a'.repeat(40) + 'b')")]
    [InlineData("RegExp('^(a|aa)+$', 'u').test('a'.repeat(60) + 'b')")]
    [InlineData("/^(?<x>a+)+$/v.test('a'.repeat(40) + 'b')")]
    [InlineData("/^(?:(a+)\\1?)+$/u.test('a'.repeat(50) + 'b')")]
    [InlineData("('a'.repeat(40) + 'b').match('^(a+)+$')")]
    [InlineData("('a'.repeat(40) + 'b').replace(/^(a+)+$/, '')")]
    [InlineData("for (;;) try { /^(a+)+$/.test('a'.repeat(40) + 'b'); } catch {}")]
    // Strings
    [InlineData("let s = 'x'; for (;;) s += s;")]
    [InlineData("let s = 'x'; for (let i = 0; i < 45; i++) s += s; s.length; s[5]")]
    [InlineData("let s = 'x'; for (;;) s = `${s}${s}`;")]
    [InlineData("let s = 'x'; for (;;) s = s.concat(s);")]
    [InlineData("let s = 'x'; for (;;) s = [s, s].join('');")]
    [InlineData("let s = 'x'; for (;;) s = s.replace(/x/g, 'xxxxxxxx');")]
    [InlineData("let s = 'x'.repeat(1e4); for (;;) s = s.replaceAll('x', s);")]
    [InlineData("let s = 'x'.repeat(1e4); for (;;) s = s.replace(/x/g, () => s);")]
    [InlineData("'x'.repeat(1e5).replace(/x/g, '$`$`$`')")]
    [InlineData("RegExp.prototype[Symbol.replace].call(/x/g, 'x'.repeat(1e5), 'y'.repeat(1e5))")]
    [InlineData("'x'.repeat(1e9)")]
    [InlineData("'x'.repeat(2 ** 28)")]
    [InlineData("'x'.padStart(2e8)")]
    [InlineData("'x'.padEnd(2e8, 'ab')")]
    [InlineData("String.raw({ raw: { length: 1e9 } })")]
    [InlineData("String.fromCharCode.apply(null, { length: 1e8 })")]
    [InlineData(Long + "'x'.concat(...new Array(10000).fill(s))")]
    [InlineData(Long + "new Array(10000).fill(s).join('')")]
    [InlineData(Long + "new Array(10000).fill(s).toString()")]
    [InlineData(Long + "`${new Array(10000).fill(s)}`")]
    [InlineData(Long + "new Array(10000).fill(s).toLocaleString()")]
    [InlineData(Long + "new Array(10000).fill(s).flatMap(x => [x, x]).join()")]
    [InlineData("new Array(1e5).join('x'.repeat(1e5))")]
    [InlineData("const a = []; a.length = 4e9; a.join('x')")]
    // Arrays and collections
    [InlineData("new Array(1e9)")]
    [InlineData("new Array(1e9).fill(1)")]
    [InlineData("Array.from({ length: 1e9 })")]
    [InlineData("Math.max.apply(null, { length: 1e9 })")]
    [InlineData("[...(function* () { while (true) yield 1; })()]")]
    [InlineData("let a = [1, 2]; for (;;) a = a.concat(a);")]
    [InlineData("const a = []; for (;;) a.push(a.length);")]
    [InlineData("let a = [1]; for (;;) a = a.flatMap(x => [x, x]);")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; a.flat(Infinity)")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; a.join()")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; a + ''")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; a.toLocaleString()")]
    [InlineData("const m = new Map(); for (;;) m.set({}, 1);")]
    [InlineData("for (;;) Symbol.for(Math.random() + '')")]
    [InlineData("Object.fromEntries((function* () { let i = 0; while (true) yield [i++, 1]; })())")]
    [InlineData("Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)")]
    [InlineData("Array.prototype.reverse.call({ length: 2 ** 53 - 1 })")]
    [InlineData(Long + "Object.getOwnPropertyDescriptors(s)")]
    [InlineData(Long + "({ ...s })")]
    [InlineData(Long + "[...s]")]
    [InlineData(Long + "s.match(/x/g)")]
    [InlineData(Long + "s.split('')")]
    // JSON
    [InlineData("JSON.parse('[' + '1,'.repeat(2.5e5) + '1]')")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; JSON.stringify(a)")]
    [InlineData(Long + "JSON.stringify(new Array(10000).fill(s))")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; commit(a)")]
    [InlineData(Long + "commit(s)")]
    [InlineData("let a = 1; for (let i = 0; i < 50; i++) a = [a]; commit(a)")]
    [InlineData("let a = []; for (let i = 0; i < 3e4; i++) a = [a]; JSON.stringify(a)")]
    // Guards are made when they are reached, whichever way leads there
    [InlineData("Object.getOwnPropertyDescriptor(String.prototype, 'repeat').value.call('x', 1e9)")]
    [InlineData("Object.getOwnPropertyDescriptors(Array.prototype).join.value.call(new Array(1e9))")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; Object.getOwnPropertyDescriptor(globalThis, 'JSON').value.stringify(a)")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; const { JSON: other } = globalThis; other.stringify(a)")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; Reflect.get(new Proxy(globalThis, {}), 'JSON').stringify(a)")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 20; i++) a = [a, a, a, a]; Object.create(globalThis).JSON.stringify(a)")]
    // One call with many long texts, or one that makes a long text
    [InlineData("'x'.padEnd(5e8)")]
    [InlineData("'x'.padStart(5e8, 'abc')")]
    [InlineData("'x'.padEnd({ valueOf() { return 5e8; } }, 'abc')")]
    [InlineData(Long + "String.raw({ raw: s }, ...new Array(1000).fill(s))")]
    [InlineData(Long + "String.raw({ raw: { length: 1000 } }, ...new Array(1000).fill(s))")]
    [InlineData(Long + "console.log(...new Array(1000).fill(s))")]
    [InlineData(Long + "say(...new Array(1000).fill(s))")]
    [InlineData(Long + "fetch('https://x.example/', { method: 'POST', body: new Array(1000).fill(s) })")]
    [InlineData("let a = 'lol'; for (let i = 0; i < 14; i++) a = [a, a, a, a]; fetch('https://x.example/', { method: 'POST', body: a })")]
    // Recursion
    [InlineData("function f() { return f() + 1; } f()")]
    [InlineData("({ get a() { return this.a; } }).a")]
    [InlineData("function F() { new F(); } new F()")]
    public async Task a_greedy_script_meets_its_limit(string body)
    {
        Assert.Equal(ScriptFailure.LimitExceeded, Failure(await Survive(body)));
    }

    [Theory]
    [InlineData("eval('1')")]
    [InlineData("(0, eval)('1')")]
    [InlineData("new Function('return 1')()")]
    [InlineData("(() => {}).constructor('return 1')()")]
    [InlineData("(function* () {}).constructor('yield 1')()")]
    [InlineData("(async () => {}).constructor('return 1')()")]
    [InlineData("new ArrayBuffer(2e9)")]
    [InlineData("new Uint8Array(1e9)")]
    [InlineData("new SharedArrayBuffer(1e9)")]
    [InlineData("new Intl.ListFormat('en').format(['a'])")]
    [InlineData("new (Object.getOwnPropertyDescriptor(globalThis, 'Intl').value.ListFormat)('en')")]
    [InlineData("new (Object.getOwnPropertyDescriptor(globalThis, 'ArrayBuffer').value)(2e9)")]
    [InlineData("delete globalThis.Uint8Array; new Uint8Array(1e9)")]
    [InlineData("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)")]
    [InlineData("new ShadowRealm().evaluate('1')")]
    [InlineData("JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))")]
    [InlineData("const o = { toString() { return '' + this; } }; '' + o")]
    [InlineData("2n ** (2n ** 31n)")]
    [InlineData("let b = 2n; for (;;) b = b ** b;")]
    [InlineData("import('fs')")]
    [InlineData("import('file:///etc/passwd')")]
    [InlineData("System.IO.File.ReadAllText('/etc/passwd')")]
    [InlineData("importNamespace('System')")]
    [InlineData("commit.GetType()")]
    [InlineData("c.constructor.constructor('return 1')()")]
    public async Task a_script_that_reaches_for_what_it_has_not_got_fails(string body)
    {
        Assert.Equal(ScriptFailure.Threw, Failure(await Survive(body)));
    }

    [Theory]
    [InlineData("let a = []; for (let i = 0; i < 3e4; i++) a = [a]; a.join()")]
    [InlineData("let a = []; for (let i = 0; i < 3e4; i++) a = [a]; a + ''")]
    [InlineData("let a = []; for (let i = 0; i < 3e4; i++) a = [a]; commit(a)")]
    [InlineData("let p = {}; for (let i = 0; i < 3e4; i++) p = new Proxy(p, {}); p.x")]
    [InlineData("let f = () => 1; for (let i = 0; i < 3e4; i++) f = f.bind(); f()")]
    [InlineData("let o = {}; for (let i = 0; i < 3e4; i++) o = Object.create(o); o.x")]
    [InlineData("let e = new Error('x'); for (let i = 0; i < 2e4; i++) e = new Error('x', { cause: e }); throw e")]
    [InlineData("let s = ''; for (let i = 0; i < 1e5; i++) s = 'a' + s; s.length === s.indexOf('b')")]
    [InlineData("let p = Promise.resolve(1); for (let i = 0; i < 2e4; i++) { const q = p; p = new Promise(r => r(q)); }")]
    [InlineData("new RegExp('('.repeat(1e5) + ')'.repeat(1e5))")]
    [InlineData("new RegExp('(?:a{0,1000}){0,1000}').test('a'.repeat(1e5))")]
    [InlineData("new Intl.DateTimeFormat('x-'.repeat(10000)).format()")]
    [InlineData("new Date(8.64e15).toLocaleString('de', { timeZone: 'Europe/Berlin', dateStyle: 'full', era: 'long' })")]
    [InlineData("new Intl.NumberFormat('de', { minimumFractionDigits: 100 }).format(1e300)")]
    [InlineData("Array.prototype.with.call({ length: 2 ** 32 - 2 }, 0, 1)")]
    [InlineData("Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1, 0: 1 }, 1, 5)")]
    [InlineData("Object.defineProperty(globalThis, 'commit', { get() { throw 1; } }); commit()")]
    [InlineData("delete globalThis.commit; delete globalThis.fetch; Object.freeze(globalThis); commit()")]
    [InlineData("Promise.prototype.then = null; Object.prototype.then = () => {}; fetch('x'); (async () => { await {}; })()")]
    [InlineData("Object.prototype.subject = 'root'; Object.prototype.toJSON = () => { throw 1; }; Array.prototype[Symbol.iterator] = null;")]
    [InlineData("globalThis.Error = null; globalThis.Promise = null; Object.setPrototypeOf(globalThis, null); throw { get message() { throw 1; }, get name() { throw 2; } }")]
    [InlineData("Error.prepareStackTrace = () => { while (true); }; Object.defineProperty(Error.prototype, 'stack', { get() { while (true); } }); throw new Error('x')")]
    [InlineData("throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })")]
    [InlineData("Promise.reject({ get message() { while (true); } })")]
    [InlineData("throw { get message() { while (true); } }")]
    [InlineData("throw { get message() { return 'x'.repeat(2 ** 28); } }")]
    [InlineData("const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { while (true); } }); throw e")]
    [InlineData("throw new Proxy(new Error('x'), { get() { while (true); } })")]
    [InlineData("throw { toString() { while (true); }, get name() { (function f() { f(); })(); } }")]
    public async Task an_odd_script_ends_one_way_or_the_other(string body)
    {
        Assert.IsType<ScriptResult.Failed>(await Survive(body));
    }

    [Theory]
    [InlineData("get canLogin() { while (true); }")]
    [InlineData("get userProfile() { while (true); }")]
    [InlineData("get role() { while (true); }")]
    [InlineData("get scopes() { return new Proxy([], { get() { while (true); } }).x; }")]
    [InlineData("get userProfile() { return { toJSON() { while (true); } }; }")]
    [InlineData("get userProfile() { return { get x() { while (true); } }; }")]
    [InlineData("get userProfile() { return 'x'.repeat(70000); }")]
    [InlineData("get userProfile() { return new Array(50000).fill(1); }")]
    [InlineData("get userProfile() { let a = 1; for (let i = 0; i < 40; i++) a = [a]; return a; }")]
    [InlineData("get role() { return 'r'.repeat(2000); }")]
    [InlineData("get scopes() { return new Array(1000).fill('s'); }")]
    [InlineData("get scopes() { return ['s'.repeat(2000)]; }")]
    [Trait("Attack", "41")]
    public async Task a_getter_may_not_loop_or_grow_after_commit(string getter)
    {
        var result = await Survive("", $"class UserLoginProvider {{ constructor(c) {{ commit({{ subject: 's' }}); }} get canLogin() {{ return true; }} {getter} }}");

        Assert.Equal(ScriptFailure.LimitExceeded, Failure(result));
    }

    [Theory]
    [Trait("Attack", "41")]
    [InlineData("commit({ subject: 's'.repeat(2000) })", ScriptFailure.LimitExceeded)]
    [InlineData("commit({ subject: 'me\\r\\nX-User: root' })", ScriptFailure.Threw)]
    [InlineData("commit({ subject: 'me\\u0000' })", ScriptFailure.Threw)]
    [InlineData("this.role = 'half \\ud800'; commit()", ScriptFailure.Threw)]
    [InlineData("this.scopes = ['line\\n']; commit()", ScriptFailure.Threw)]
    public async Task a_subject_that_cannot_be_one_is_refused(string body, ScriptFailure expected)
    {
        Assert.Equal(expected, Failure(await Survive(body)));
    }

    [Fact]
    public async Task functions_that_call_each_other_through_deep_expressions_do_not_reach_the_end_of_the_stack()
    {
        static string Nest(string open, string close, int depth, string inside) =>
            string.Concat(Enumerable.Repeat(open, depth)) + inside + string.Concat(Enumerable.Repeat(close, depth));

        (string, string, int)[] shapes = [("[", "]", 220), ("Array.of(", ")", 110), ("(1+", ")", 110), ("`${", "}`", 100), ("{a:[", "]}", 100)];
        foreach (var (open, close, depth) in shapes)
        {
            var functions = string.Concat(Enumerable.Range(0, 150).Select(i =>
                $"function f{i}() {{ return {Nest(open, close, depth, $"f{(i + 1) % 150}()")}; }} const g{i} = () => {Nest("[", "]", 50, $"new G{i}")}; class G{i} {{ get x() {{ return g{i}(); }} }}"));

            var result = await Survive("", functions + Class("f0();"));

            Assert.IsType<ScriptResult.Failed>(result);
        }
    }

    [Fact]
    public async Task what_one_run_did_to_its_world_the_next_does_not_see()
    {
        await _bench.Constructor("Object.prototype.polluted = 'yes'; Array.prototype.join = () => 'mine'; globalThis.leak = 1; JSON.stringify = null; String.prototype.x = 1; commit();");

        var seen = await _bench.Value("[{}.polluted, [1, 2].join(), typeof leak, typeof JSON.stringify, ''.x].map(String)");

        Assert.Equal("""["undefined","1,2","undefined","function","undefined"]""", seen);
    }

    [Theory]
    [InlineData("'ab'.repeat(3)", "\"ababab\"")]
    [InlineData("'a'.concat('b', 1, null)", "\"ab1null\"")]
    [InlineData("[1, [2, [3, null]], undefined, 'x'].join('-')", "\"1-2,3,--x\"")]
    [InlineData("String([1, [2, 3]]) + [4].toLocaleString()", "\"1,2,34\"")]
    [InlineData("(() => { const a = [1]; a.push(a); return a.join(); })()", "\"1,\"")]
    [InlineData("'2026-08-01'.replace(/(\\d+)-(\\d+)-(\\d+)/, '$3.$2.$1 $$ $& $4 $10')", "\"01.08.2026 $ 2026-08-01 $4 20260\"")]
    [InlineData("'aXbX'.replaceAll('X', \"[$`|$'|$&]\")", "\"a[a|bX|X]b[aXb||X]\"")]
    [InlineData("'x'.repeat(2000).replace(/(x)(?<n>x)/g, '$2$<n>$1$3$$').length", "6000")]
    [InlineData("'x'.repeat(800).replaceAll('x', '$`').length === 800 * 799 / 2", "true")]
    [InlineData("'abc'.replace('b', m => m.toUpperCase())", "\"aBc\"")]
    [InlineData("'abc'.replace('b')", "\"aundefinedc\"")]
    [InlineData("JSON.stringify({ a: [1, { b: 2 }] }, null, 1)", "\"{\\n \\u0022a\\u0022: [\\n  1,\\n  {\\n   \\u0022b\\u0022: 2\\n  }\\n ]\\n}\"")]
    [InlineData("JSON.stringify({ a: 1, b: 2 }, ['b']) + JSON.stringify(undefined)", "\"{\\u0022b\\u0022:2}undefined\"")]
    [InlineData("'7'.padStart(3, '0') + '7'.padEnd(3) + 'long'.padEnd(2, 'x') + 'a'.padEnd('3', 'bcd') + 'a'.padEnd()", "\"0077  longabca\"")]
    [InlineData("String.raw`a\\n${1}b${[2]}` + String.raw({ raw: 'xyz' }, 0, 1, 2) + String.raw({ raw: [] })", "\"a\\\\n1b2x0y1z\"")]
    [InlineData("String.raw.length + String.prototype.padEnd.name", "\"1padEnd\"")]
    [InlineData("[1, 2].toString.name + 'x'.repeat.length", "\"toString1\"")]
    public async Task bounded_built_ins_still_do_what_they_did(string expression, string expected)
    {
        var value = await _bench.Value(expression);

        Assert.Equal(System.Text.Json.JsonSerializer.Deserialize<object>(expected)!.ToString(), System.Text.Json.JsonSerializer.Deserialize<object>(value!)!.ToString());
    }

    private async Task<ScriptResult> Survive(string body, string? source = null)
    {
        var before = GC.GetTotalAllocatedBytes();
        var started = Environment.CpuUsage.TotalTime;

        var result = await _bench.LogIn(source ?? Class(body));

        var bytes = GC.GetTotalAllocatedBytes() - before;
        Assert.True(bytes < MostBytes, $"{bytes / 1024 / 1024} MB");
        // Processor time: what the machine does beside this makes the attack last longer, not cost more.
        var cost = Environment.CpuUsage.TotalTime - started;
        Assert.True(cost < TimeSpan.FromSeconds(15), $"{cost}");
        return result;
    }
}
