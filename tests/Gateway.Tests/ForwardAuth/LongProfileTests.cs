using System.Net;
using System.Text.Json;
using Uitsmijter.Actors.Gateway.Sessions;
using Uitsmijter.Actors.GrainInterfaces.Sessions;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.Tests.ForwardAuth;

/// <summary>Profiles that do not fit into a cookie. They were once dropped from cookie, token and headers without a word.</summary>
public sealed class LongProfileTests
{
    private static readonly Tenant _asymmetric = Some.Cheese with { Algorithm = SigningAlgorithm.ES256 };

    [Theory]
    [InlineData(SigningAlgorithm.HS256)]
    [InlineData(SigningAlgorithm.ES256)]
    public async Task an_application_gets_a_profile_that_does_not_fit_into_the_cookie(SigningAlgorithm algorithm)
    {
        var tenant = Some.Cheese with { Algorithm = algorithm };
        await using var gate = await Open(tenant, Profile(3500));

        using var answer = await gate.Ask("cookbooks.example.com", cookie: Cookie(gate, tenant, Profile(3500)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("ada@example.com", answer.Headers.GetValues("X-User-Email").Single());
        Assert.Equal(3500, Claims(answer).GetProperty("profile").GetProperty("note").GetString()!.Length);
    }

    [Fact]
    public async Task a_profile_too_long_for_a_token_is_left_out_there_loudly_and_headers_still_come_from_it()
    {
        await using var gate = await Open(Some.Cheese, Profile(20_000));

        using var answer = await gate.Ask("cookbooks.example.com", cookie: Cookie(gate, Some.Cheese, Profile(20_000)));

        Assert.Equal("ada@example.com", answer.Headers.GetValues("X-User-Email").Single());
        Assert.False(Claims(answer).TryGetProperty("profile", out _));
        Assert.Equal(1, await gate.Metric("""uitsmijter_identity_left_out{tenant="cheese/cheese",header="Authorization"}"""));
    }

    [Theory]
    [InlineData("ada", true)]
    [InlineData("eve", false)]
    [Trait("Attack", "41")]
    public async Task a_session_tells_its_profile_about_nobody_else(string subject, bool isTold)
    {
        await using var gate = await Open(Some.Cheese, Profile(3500));
        var session = Some.Session(Some.Cheese, "");

        // Whoever has the secret of an HS256 tenant can name any session in a token, and ids of sessions stand in logs.
        var answer = await gate.Of<SessionProfiles>().Of(Some.Cheese.Name, session.Sid, subject == "ada" ? session.Subject : subject);

        Assert.Equal(isTold, answer is ProfileAnswer.Found);
    }

    [Fact]
    public async Task a_header_value_that_is_too_long_is_counted()
    {
        var tenant = Some.Cheese with { Interceptor = Some.Cheese.Interceptor with { Headers = [new IdentityHeader("X-Note", "profile.note")] } };
        await using var gate = await Open(tenant, Profile(3000));

        using var answer = await gate.Ask("cookbooks.example.com", cookie: Cookie(gate, tenant, Profile(3000)));

        Assert.Equal("", answer.Headers.GetValues("X-Note").Single());
        Assert.Equal(1, await gate.Metric("""uitsmijter_identity_left_out{tenant="cheese/cheese",header="X-Note"}"""));
    }

    [Fact]
    public async Task the_session_is_asked_once_for_all_requests_of_a_page_and_not_again_while_the_headers_are_warm()
    {
        await using var gate = await Open(Some.Cheese, Profile(3500));
        var release = new TaskCompletionSource();
        var look = gate.Cluster.Look;
        gate.Cluster.Look = async sid =>
        {
            await release.Task;
            return await look(sid);
        };
        var cookie = Cookie(gate, Some.Cheese, Profile(3500));

        var page = Enumerable.Range(0, 20).Select(_ => gate.Ask("cookbooks.example.com", cookie: cookie)).ToArray();
        release.SetResult();
        await Task.WhenAll(page);
        gate.Cluster.IsDown = true;
        using var warm = await gate.Ask("cookbooks.example.com", cookie: cookie);

        Assert.All(page.Append(Task.FromResult(warm)), static answer => Assert.Equal(HttpStatusCode.OK, answer.Result.StatusCode));
        Assert.InRange(gate.Cluster.Looks, 1, 20);
        Assert.Single(page.Select(static answer => answer.Result.Headers.GetValues("Authorization").Single()).Distinct());
    }

    [Fact]
    [Trait("Attack", "47")]
    public async Task nothing_is_allowed_while_the_profile_is_out_of_reach()
    {
        await using var gate = await Open(_asymmetric, Profile(3500));
        gate.Cluster.Look = static _ => throw new TimeoutException();

        using var answer = await gate.Ask("cookbooks.example.com", cookie: Cookie(gate, _asymmetric, Profile(3500)));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    [Trait("Attack", "19")]
    public async Task a_session_nobody_remembers_leads_to_the_login()
    {
        await using var gate = await Gate.Open();

        using var answer = await gate.Ask("cookbooks.example.com", cookie: Cookie(gate, Some.Cheese, Profile(3500)));

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    private static async Task<Gate> Open(Tenant tenant, string profile)
    {
        var gate = await Gate.Open([tenant]);
        gate.Cluster.Look = _ => Task.FromResult<SessionOutcome>(new SessionOutcome.Alive(Some.Session(tenant) with { ProfileJson = profile }));
        return gate;
    }

    private static string Cookie(Gate gate, Tenant tenant, string profile) => gate.CookieOf(tenant, change: session => session with { ProfileJson = profile });

    private static string Profile(int length) => $$"""{"email":"ada@example.com","note":"{{new string('x', length)}}"}""";

    private static JsonElement Claims(HttpResponseMessage answer)
    {
        using var claims = JsonDocument.Parse(Some.Text(answer.Headers.GetValues("Authorization").Single().Split('.')[1]));
        return claims.RootElement.Clone();
    }
}
