using System.Net;
using System.Text;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>What whoever knows the id of a client, which is no secret, can have written into the log.</summary>
[Trait("Attack", "46")]
public sealed class EndlessRefusals(OneLineEach.OwnServer own) : IClassFixture<OneLineEach.OwnServer>
{
    private const int Rounds = 20;
    private const int Parallel = 50;

    /// <summary>A minute's records of one client and network, and its lines of one reason (operations.md, Logs); a minute may end meanwhile.</summary>
    private const int Most = 2 * (300 + 60 + 2);

    [Theory]
    [InlineData("/token", RelyingParty.Spa, "grant_type=authorization_code&code=made-up", HttpStatusCode.BadRequest)]
    [InlineData("/token", RelyingParty.Web, "grant_type=refresh_token&refresh_token=made-up", HttpStatusCode.Unauthorized)]
    [InlineData("/introspect", RelyingParty.Old, "token=x", HttpStatusCode.Unauthorized)]
    public async Task whoever_names_a_client_a_thousand_times_cannot_fill_the_log(string path, string clientId, string form, HttpStatusCode refused)
    {
        var before = Lines();

        for (var round = 0; round < Rounds; round++)
        {
            var statuses = await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => Send(path, $"{form}&client_id={clientId}")));

            Assert.All(statuses, status => Assert.Equal(refused, status));
        }

        Assert.InRange(Lines() - before, 1, Most);
    }

    private int Lines() => own.World.Server.Output.Count(static letter => letter == '\n');

    private async Task<HttpStatusCode> Send(string path, string form)
    {
        using var client = new HttpClient { BaseAddress = own.World.Server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded") };
        request.Headers.Host = "id.shop.test";
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
