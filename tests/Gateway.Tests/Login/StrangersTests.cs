using Microsoft.AspNetCore.Http;

namespace Uitsmijter.Actors.Gateway.Tests.Login;

/// <summary>What people without a login may cost: answers, but no state anywhere (attack 46).</summary>
public sealed class StrangersTests
{
    [Fact, Trait("Attack", "46")]
    public async Task requests_without_a_login_leave_no_session_and_no_counter_behind()
    {
        await using var world = await LoginWorld.Start();

        for (var i = 0; i < 200; i++)
        {
            using var page = await world.Send(Ask(HttpMethod.Get, $"/login?for=https://page.ham.test/{i}&mode=interceptor", $"uitsmijter-sso=a.{i}.c"));
            using var logout = await world.Send(Ask(HttpMethod.Get, "/logout/finalize", $"uitsmijter-sso={i}"));
            using var post = Ask(HttpMethod.Post, "/login", $"uitsmijter-sso={i}");
            post.Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = $"user{i}", ["password"] = "guess", ["location"] = "https://page.ham.test/", ["mode"] = "interceptor", ["ticket"] = $"{i}" });
            using var answer = await world.Send(post);

            Assert.Equal(StatusCodes.Status403Forbidden, (int)answer.StatusCode);
        }

        Assert.Empty(world.Cluster.Sessions);
        Assert.Empty(world.Cluster.Throttles);
    }

    private static HttpRequestMessage Ask(HttpMethod method, string target, string cookie)
    {
        var request = new HttpRequestMessage(method, target);
        request.Headers.Host = "id.ham.test";
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", "id.ham.test");
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        return request;
    }
}
