using System.Net;

namespace Uitsmijter.Actors.EndToEnd.Tests.Conformance;

/// <summary>Plan Dynamic: rotation of a client's own keys.</summary>
/// <param name="worlds">The servers.</param>
public sealed class DynamicClientKeys(Worlds worlds) : ConformanceTests(worlds)
{
    [Fact, Trait("Module", "oidcc-refresh-token-rp-key-rotation")]
    public async Task a_client_that_changed_its_key_refreshes_with_the_new_one()
    {
        using var party = await Party("query", Certification.ByJwksUri);
        var keys = PublishedKeys.OfThisRun;
        var request = new Dictionary<string, string>(party.Request("openid offline_access")) { ["prompt"] = "consent" };
        var code = (await party.Answer(request))["code"];
        var first = await party.Judge(await party.Token(Conformance.Party.CodeForm(code), keys.Assertion), request["nonce"]);

        keys.Rotate();

        // The set is asked for again once a minute at most, and the suite too waits that long.
        var refresh = new Dictionary<string, string> { ["grant_type"] = "refresh_token", ["refresh_token"] = first.Told.Text("refresh_token") };
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var told = await party.Token(refresh, keys.Assertion);
        while (told.Status != HttpStatusCode.OK)
        {
            Assert.Equal("invalid_client", told.Text("error"));
            await Task.Delay(TimeSpan.FromSeconds(2), patience.Token);
            told = await party.Token(refresh, keys.Assertion);
        }

        var second = await party.Judge(told, told.Body.TryGetProperty("id_token", out _) ? request["nonce"] : null);
        Assert.Equal(first.IdToken.Subject, second.IdToken.Subject);
        Assert.NotEqual(first.Told.Text("access_token"), second.Told.Text("access_token"));
    }
}
