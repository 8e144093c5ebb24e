using System.Net;
using Uitsmijter.Actors.Grains.Login.Scripts;
using Uitsmijter.Actors.Protocol.Catalog;
using Xunit;
using static Uitsmijter.Actors.Grains.Tests.Login.ScriptBench;

namespace Uitsmijter.Actors.Grains.Tests.Login;

[Trait("Attack", "40")]
public sealed class EgressTests : IDisposable
{
    private readonly ScriptBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("192.0.0.192")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("febf::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:0:a9fe:a9fe::1")]
    [InlineData("64:ff9b:1::169.254.169.254")]
    [InlineData("64:ff9b:1:fffe::10.0.0.1")]
    [InlineData("::ffff:0:169.254.169.254")]
    public void link_local_and_metadata_are_never_reachable(string address)
    {
        var open = EgressRules.Of(ScriptSettings.Default, loopback: true);
        var asked = EgressRules.Of(new() { AllowedHosts = [$"[{address}]", address, "0.0.0.0/0", "::/0", "metadata.test"] }, loopback: true);

        Assert.False(open.MayConnect("metadata.test", 80, IPAddress.Parse(address)));
        Assert.False(asked.MayConnect("metadata.test", 80, IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("10.0.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("172.16.0.1")]
    [InlineData("2606:4700::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:10.0.0.1")]
    public void the_rest_of_the_world_is_reachable_without_a_list(string address)
    {
        Assert.True(EgressRules.Of(ScriptSettings.Default, loopback: false).MayConnect("service.test", 443, IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    public void this_machine_is_out_of_reach_in_production_unless_the_list_says_so(string address)
    {
        var parsed = IPAddress.Parse(address);

        Assert.True(EgressRules.Of(ScriptSettings.Default, loopback: true).MayConnect("x.test", 80, parsed));
        Assert.False(EgressRules.Of(ScriptSettings.Default, loopback: false).MayConnect("x.test", 80, parsed));
        Assert.False(EgressRules.Of(ScriptSettings.Default, loopback: false).MayConnect("localhost", 80, parsed));
        Assert.False(EgressRules.Of(new() { AllowedHosts = ["*.test"] }, loopback: false).MayConnect("x.test", 80, parsed));
        Assert.True(EgressRules.Of(new() { AllowedHosts = ["127.0.0.0/8", "::1"] }, loopback: false).MayConnect("x.test", 80, parsed));
        Assert.True(EgressRules.Of(new() { AllowedHosts = ["localhost:80"] }, loopback: false).MayConnect("localhost", 80, parsed));
    }

    [Theory]
    [InlineData("users.corp.test", "users.corp.test", 443, "10.0.0.1", true)]
    [InlineData("USERS.corp.test", "users.corp.test", 443, "10.0.0.1", true)]
    [InlineData("users.corp.test:443", "users.corp.test", 443, "10.0.0.1", true)]
    [InlineData("users.corp.test:443", "users.corp.test", 80, "10.0.0.1", false)]
    [InlineData("*.corp.test", "a.b.corp.test", 80, "10.0.0.1", true)]
    [InlineData("*.corp.test", "corp.test", 80, "10.0.0.1", false)]
    [InlineData("*.corp.test", "evilcorp.test", 80, "10.0.0.1", false)]
    [InlineData("corp.test", "corp.test.evil", 80, "10.0.0.1", false)]
    [InlineData("10.0.0.0/8", "anything.test", 80, "10.9.9.9", true)]
    [InlineData("10.0.0.0/8", "anything.test", 80, "11.9.9.9", false)]
    [InlineData("10.0.0.0/8:8080", "anything.test", 8080, "10.9.9.9", true)]
    [InlineData("10.0.0.0/8:8080", "anything.test", 80, "10.9.9.9", false)]
    [InlineData("10.0.0.0/8", "anything.test", 80, "::ffff:10.9.9.9", true)]
    [InlineData("10.1.1.1", "10.1.1.1", 80, "10.1.1.1", true)]
    [InlineData("[2606:4700::1]:443", "2606:4700::1", 443, "2606:4700::1", true)]
    [InlineData("2606:4700::/32", "x.test", 443, "2606:4700::9", true)]
    [InlineData("nonsense entry", "x.test", 443, "10.0.0.1", false)]
    [InlineData("", "x.test", 443, "10.0.0.1", false)]
    [InlineData("x.test:99999", "x.test", 443, "10.0.0.1", false)]
    [InlineData("10.0.0.1/8", "x.test", 443, "10.9.9.9", true)]
    [InlineData("10.0.0.0/33", "x.test", 443, "10.0.0.1", false)]
    public void a_list_allows_what_it_names_and_nothing_else(string entry, string host, int port, string address, bool allowed)
    {
        var rules = EgressRules.Of(new() { AllowedHosts = [entry] }, loopback: true);

        Assert.Equal(allowed, rules.MayAsk(host, port) && rules.MayConnect(host, port, IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://2852039166/")]
    [InlineData("http://0xA9FEA9FE/")]
    [InlineData("http://0xA9.0xFE.0xA9.0xFE/")]
    [InlineData("http://0251.0376.0251.0376/")]
    [InlineData("http://169.254.43518/")]
    [InlineData("http://[::ffff:a9fe:a9fe]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fe80::1%25eth0]/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://0/")]
    [InlineData("http://metadata.test/")]
    [InlineData("http://METADATA.test./")]
    [InlineData("http://mixed.test/")]
    [InlineData("http://１６９.254.169.254/")]
    public async Task however_an_address_is_spelled_it_is_refused_before_a_connection(string url)
    {
        _bench.Names["metadata.test"] = () => [IPAddress.Parse("169.254.169.254")];
        _bench.Names["mixed.test"] = () => [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("169.254.169.254")];

        var error = await Refused(_bench.Tenant("acme", null, Fetch(url)));

        Assert.Contains("may not reach", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_redirect_to_metadata_is_refused()
    {
        using var server = new TinyServer(_ => TinyAnswer.Redirect("http://169.254.169.254/latest/meta-data/iam"));

        Assert.Contains("may not reach", await Refused(_bench.Tenant("acme", null, Fetch(server.Url))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_redirect_is_judged_by_the_list_like_the_first_address()
    {
        using var inside = new TinyServer(_ => TinyAnswer.Text("secret of another service"));
        using var server = new TinyServer(_ => TinyAnswer.Redirect(inside.Url));
        var scripts = _bench.Tenant("acme", new() { AllowedHosts = [$"127.0.0.1:{server.Port}"] }, Fetch(server.Url));

        Assert.Contains("may not reach", await Refused(scripts), StringComparison.Ordinal);
        Assert.Empty(inside.Requests);
    }

    [Fact]
    public async Task a_name_that_changes_its_address_between_two_questions_is_judged_by_the_one_that_is_used()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("ok"));
        var asked = 0;
        _bench.Names["rebind.test"] = () => Interlocked.Increment(ref asked) == 1 ? [IPAddress.Loopback] : [IPAddress.Parse("169.254.169.254")];
        var scripts = _bench.Tenant("acme", null, Class(
            $"fetch('http://rebind.test:{server.Port}/').then(r => {{ console.log(r.body); return fetch('http://rebind.test:{server.Port}/'); }}).then(r => commit(r.body), e => commit(e.message));"));

        Assert.Contains("may not reach", await Committed(scripts), StringComparison.Ordinal);
        Assert.Equal((2, 1), (asked, server.Requests.Count));
    }

    [Fact]
    public async Task one_tenant_s_open_connection_is_no_way_around_another_s_list()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("ok"));
        _bench.Names["svc.test"] = () => [IPAddress.Loopback];

        Assert.Equal("\"ok\"", await Committed(_bench.Tenant("open", null, Fetch($"http://svc.test:{server.Port}"))));
        Assert.Contains("may not reach", await Refused(_bench.Tenant("closed", new() { AllowedHosts = ["10.0.0.0/8"] }, Fetch($"http://svc.test:{server.Port}"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task redirects_are_followed_to_an_end()
    {
        using var server = new TinyServer(request => request.Path == "/10" ? TinyAnswer.Text("arrived") : TinyAnswer.Redirect($"/{int.Parse(request.Path[1..], System.Globalization.CultureInfo.InvariantCulture) + 1}"));
        using var circle = new TinyServer(_ => TinyAnswer.Redirect("/again"));

        Assert.Equal("\"arrived\"", await Committed(_bench.Tenant("acme", null, Fetch(server.Url + "/0"))));
        Assert.Contains("redirects more than 10 times", await Refused(_bench.Tenant("acme", null, Fetch(circle.Url))), StringComparison.Ordinal);
        Assert.Equal(11, circle.Requests.Count);
    }

    [Theory]
    [InlineData(301, "GET", "")]
    [InlineData(302, "GET", "")]
    [InlineData(303, "GET", "")]
    [InlineData(307, "POST", "body")]
    [InlineData(308, "POST", "body")]
    public async Task a_redirect_elsewhere_gets_no_credentials(int status, string method, string body)
    {
        using var other = new TinyServer(_ => TinyAnswer.Text("ok"));
        using var server = new TinyServer(_ => TinyAnswer.Redirect(other.Url + "/there", status));

        await Committed(_bench.Tenant("acme", null, Class(
            $"fetch('{server.Url}', {{ method: 'post', body: 'body', headers: {{ Authorization: 'Bearer t', Cookie: 'a=b', 'Content-Type': 'text/x', 'X-Mine': '1' }} }}).then(r => commit(r.body), e => commit(e.message));")));

        var request = Assert.Single(other.Requests);
        Assert.Equal((method, body, null, null, "1"), (request.Method, request.Body, request.Header("Authorization"), request.Header("Cookie"), request.Header("X-Mine")));
        Assert.Equal("Bearer t", Assert.Single(server.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task a_redirect_within_an_origin_keeps_credentials()
    {
        using var server = new TinyServer(request => request.Path == "/" ? TinyAnswer.Redirect("/next") : TinyAnswer.Text("ok"));

        await Committed(_bench.Tenant("acme", null, Class($"fetch('{server.Url}', {{ headers: {{ Authorization: 'Bearer t' }} }}).then(r => commit(r.body));")));

        Assert.Equal(["Bearer t", "Bearer t"], server.Requests.Select(request => request.Header("Authorization")));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://user:pass@127.0.0.1/")]
    public async Task a_redirect_to_something_else_than_the_web_is_refused(string location)
    {
        using var server = new TinyServer(_ => TinyAnswer.Redirect(location));

        Assert.Contains("redirects to something", await Refused(_bench.Tenant("acme", null, Fetch(server.Url))), StringComparison.Ordinal);
    }

    [Fact]
    public void a_redirect_from_https_to_http_is_refused()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("http://a.test/") } };

        Assert.Throws<FetchRefusedException>(() => FetchRedirects.Next(new() { Url = new("https://a.test/"), Method = "GET" }, response));
    }

    [Fact]
    public async Task in_production_a_script_does_not_reach_the_silo_s_own_machine()
    {
        using var server = new TinyServer(_ => TinyAnswer.Text("management port"));
        using var production = new ScriptBench { Loopback = false };

        Assert.Contains("may not reach", await Refused(production.Tenant("acme", null, Fetch(server.Url)), production), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task names_nobody_answers_for_do_not_use_up_the_threads_of_the_process()
    {
        using var answered = new ManualResetEventSlim();
        var (asking, most) = (0, 0);
        for (var i = 0; i < 8; i++)
        {
            _bench.Names[$"slow{i}.test"] = () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref asking));
                answered.Wait();
                Interlocked.Decrement(ref asking);
                return [];
            };
        }

        var scripts = _bench.Tenant("acme", null, Class("Promise.allSettled([0, 1, 2, 3, 4, 5, 6, 7].map(i => fetch(`http://slow${i}.test/`))).then(all => commit(all.length));"));
        var run = Task.Run(() => _bench.LogIn(scripts));
        await ClusterFixture.Until(() => asking == 4);
        answered.Set();

        Assert.IsType<ScriptResult.Answered>(await run);
        Assert.Equal(4, most);
    }

    private static string Fetch(string url) => Class($"fetch('{url}').then(r => commit(r.body), e => commit({{ error: e.message }}));");

    private async Task<string> Refused(TenantScripts scripts, ScriptBench? bench = null)
    {
        var value = await Committed(scripts, bench);

        Assert.Contains("\"error\"", value, StringComparison.Ordinal);
        return value;
    }

    private async Task<string> Committed(TenantScripts scripts, ScriptBench? bench = null) =>
        Assert.Single(Assert.IsType<ScriptResult.Answered>(await (bench ?? _bench).LogIn(scripts)).Committed)!;
}
