using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.Grains.Authorization;
using Uitsmijter.Actors.Grains.Devices;
using Uitsmijter.Actors.Grains.Grants;
using Uitsmijter.Actors.Protocol.Devices;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.TestKit;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Grants;

/// <summary>The stored shapes of codes, grants, devices, pushed requests and marks, against committed files.</summary>
public sealed class StoredGrantsTests
{
    private static readonly Guid _client = new("143a3135-5de2-46d4-828d-ddcf20a7d5f1");

    private static readonly GrantFacts _facts = new()
    {
        Tenant = "cheese",
        Client = _client,
        ClientId = "143A3135-5DE2-46D4-828D-DDCF20A7D5F1",
        Sid = "sid",
        Subject = "ada",
        User = "ada@cheese.test",
        Role = "taster",
        ProfileJson = """{"name":"Ada"}""",
        Scopes = ["openid"],
        AuthTime = The.Instant,
        Nonce = "n",
        Amr = ["pwd"],
        EndsAt = The.Instant.AddDays(30),
    };

    private static readonly Dictionary<string, object> _states = new()
    {
        ["code.v1.json"] = new CodeState
        {
            Facts = _facts,
            RedirectUri = "https://shop.test/callback",
            Challenge = "challenge",
            ChallengeMethod = "S256",
            ExpiresAt = The.Instant.AddSeconds(60),
            GrantId = "gid",
            ConsumedAt = The.Instant.AddSeconds(1),
        },
        ["grant.v1.json"] = new GrantState
        {
            Facts = _facts,
            Family = new RefreshFamily
            {
                TagKey = "tag",
                Current = "current",
                Previous = "previous",
                SealedSuccessor = "sealed",
                IssuedAt = The.Instant,
                ExpiresAt = The.Instant.AddDays(30),
                AbsoluteEnd = The.Instant.AddDays(90),
            },
        },
        ["grant-access.v1.json"] = new GrantState { Facts = _facts, AccessUntil = The.Instant.AddHours(2) },
        ["grant-revoked.v1.json"] = new GrantState { RevokedAt = The.Instant },
        ["pushed-request.v1.json"] = new PushedState
        {
            Request = new PushedRequest { Tenant = "cheese", Client = _client, Parameters = [new PushedParameter("state", "s")] },
            ExpiresAt = The.Instant.AddSeconds(60),
            TakenAt = The.Instant,
        },
        ["device.v1.json"] = new DeviceState
        {
            Tenant = "cheese",
            Client = _client,
            Scopes = ["openid"],
            Resources = ["https://api.test"],
            ExpiresAt = The.Instant.AddMinutes(30),
            Pace = new PollPace { Interval = TimeSpan.FromSeconds(10), LastAt = The.Instant.AddSeconds(5) },
            Facts = _facts,
            RedeemedAt = The.Instant.AddSeconds(20),
        },
        ["device-denied.v1.json"] = new DeviceState { Tenant = "cheese", Client = _client, ExpiresAt = The.Instant.AddMinutes(30), DeniedAt = The.Instant },
        ["user-code.v1.json"] = new UserCodeState { Device = "digest", ExpiresAt = The.Instant.AddMinutes(30) },
        ["proof.v1.json"] = new SeenState { Until = The.Instant },
    };

    public static TheoryData<string> Files => [.. _states.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void a_state_is_stored_as_it_always_was(string file) => Golden.IsWritten(file, _states[file]);

    [Theory]
    [MemberData(nameof(Files))]
    public void a_stored_state_of_an_older_version_is_understood(string file)
    {
        var state = Golden.Read(file, _states[file].GetType());

        Golden.IsWritten(file, state);
    }
}
