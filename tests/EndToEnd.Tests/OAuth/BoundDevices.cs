using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>Devices that bind their tokens to a key (RFC 8628 with RFC 9449), against a running server.</summary>
/// <param name="worlds">The servers.</param>
[Trait("Attack", "33")]
[Trait("Standard", "RFC 8628")]
[Trait("Standard", "RFC 9449")]
public sealed class BoundDevices(Worlds worlds)
{
    public static TheoryData<bool> Both => [false, true];

    [Theory, MemberData(nameof(Both))]
    public async Task a_device_that_polls_with_a_proof_gets_tokens_that_its_key_alone_opens_and_refreshes(bool overRedis)
    {
        var world = await (overRedis ? worlds.OverRedis : worlds.Embedded);
        using var device = Television(world);
        using var thief = new DpopKey();

        var tokens = await device.Token(await Connected(world, device));
        var access = tokens.Text("access_token");
        var asBearer = await device.Send(HttpMethod.Get, "/userinfo", null, ("Authorization", "Bearer " + access));
        var bare = await device.Post(BoundParty.OfRefresh(tokens));
        var foreign = await device.Token(BoundParty.OfRefresh(tokens), thief);
        var fresh = await device.Token(BoundParty.OfRefresh(tokens), device.Key);

        Assert.Equal((HttpStatusCode.OK, "DPoP"), (tokens.Status, tokens.Text("token_type")));
        Assert.Equal($$"""{"jkt":"{{device.Key.Jkt}}"}""", new JsonWebToken(access).GetClaim("cnf").Value);
        Assert.Equal(HttpStatusCode.OK, (await device.Ask("/userinfo", access)).Status);
        Assert.Equal("invalid_token", (await device.Ask("/userinfo", access, thief)).Error);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (asBearer.Status, asBearer.Error));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (bare.Status, bare.Error));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (foreign.Status, foreign.Error));
        Assert.Equal((HttpStatusCode.OK, "DPoP"), (fresh.Status, fresh.Text("token_type")));
    }

    [Theory, MemberData(nameof(Both))]
    public async Task a_proof_polls_once_and_a_device_code_is_not_burnt_by_one_that_was_used_before(bool overRedis)
    {
        var world = await (overRedis ? worlds.OverRedis : worlds.Embedded);
        using var device = Television(world);
        var connected = await Connected(world, device);
        var waiting = Poll((await device.Send(HttpMethod.Post, "/oauth/device_authorization", [])).Text("device_code"));
        await device.Token(Poll("unknown"));
        var proof = device.Proof("POST", "/token");

        var first = await device.Post(waiting, proof);
        var again = await device.Post(waiting, proof);
        var replayed = await device.Post(connected, proof);
        var tokens = await device.Token(connected);

        Assert.Equal("authorization_pending", first.Error);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (again.Status, again.Error));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (replayed.Status, replayed.Error));
        Assert.Equal((HttpStatusCode.OK, "DPoP"), (tokens.Status, tokens.Text("token_type")));
    }

    [Theory, MemberData(nameof(Both))]
    [Trait("Attack", "26")]
    public async Task a_proof_starts_one_device(bool overRedis)
    {
        var world = await (overRedis ? worlds.OverRedis : worlds.Embedded);
        using var device = Television(world);
        await device.Token(Poll("unknown"));
        var proof = device.Proof("POST", "/oauth/device_authorization");

        var first = await device.Send(HttpMethod.Post, "/oauth/device_authorization", [], ("DPoP", proof));
        var again = await device.Send(HttpMethod.Post, "/oauth/device_authorization", [], ("DPoP", proof));

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_dpop_proof"), (again.Status, again.Error));
    }

    private static BoundParty Television(World world) => new(world, Devices.Host, Devices.Television, null);

    private static Dictionary<string, string> Poll(string deviceCode) => new() { ["grant_type"] = Devices.Urn, ["device_code"] = deviceCode };

    /// <summary>A device a person has connected, and which has not asked yet.</summary>
    private static async Task<Dictionary<string, string>> Connected(World world, BoundParty device)
    {
        var started = await device.Send(HttpMethod.Post, "/oauth/device_authorization", new() { ["scope"] = "openid profile" });
        using var person = new Visitor(world.Server.Address);
        var (status, _) = await Devices.Activate(person, new() { ["user_code"] = started.Text("user_code"), ["username"] = Devices.Name, ["password"] = Devices.Password });
        Assert.Equal(HttpStatusCode.OK, status);
        return Poll(started.Text("device_code"));
    }
}
