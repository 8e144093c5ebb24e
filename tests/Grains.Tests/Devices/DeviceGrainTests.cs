using Uitsmijter.Actors.GrainInterfaces.Authorization;
using Uitsmijter.Actors.GrainInterfaces.Devices;
using Uitsmijter.Actors.GrainInterfaces.Grants;
using Uitsmijter.Actors.GrainInterfaces.Revocation;
using Uitsmijter.Actors.Grains.Revocation;
using Uitsmijter.Actors.Grains.Tests.Catalog;
using Uitsmijter.Actors.Grains.Tests.Grants;
using Uitsmijter.Actors.Protocol.Authorization;
using Uitsmijter.Actors.Protocol.Devices;
using Uitsmijter.Actors.Protocol.Grants;
using Uitsmijter.Actors.Protocol.Words;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Devices;

/// <summary>Devices that wait for a person (RFC 8628), with two activations of every grain, a clock of its own and a storage that fails.</summary>
[Trait("Standard", "RFC 8628")]
public sealed class DeviceGrainTests : IAsyncLifetime
{
    private static readonly byte[] _nameKey = [1, 2, 3];

    private TwoClusters _clusters = null!;

    public async ValueTask InitializeAsync() => _clusters = await TwoClusters.Start();

    public ValueTask DisposeAsync() => _clusters.DisposeAsync();

    [Fact]
    [Trait("Contract", "http 33")]
    [Trait("Contract", "http 37")]
    public async Task a_device_waits_until_a_person_says_yes_and_gets_its_tokens_once()
    {
        var device = await Start();

        var pending = await Poll(device);
        var view = await At(device).Look(TwoClusters.Tenant, default);
        var approved = await At(device).Approve(Facts(), default);
        Later(5);
        var issued = Assert.IsType<TokenOutcome.Issued>(await Poll(device));
        Later(5);
        var again = await Poll(device);

        Assert.Equal(OAuthErrors.AuthorizationPending, TwoClusters.ErrorOf(pending));
        Assert.True(view!.IsPending);
        Assert.Equal(["email", "openid"], view.Scopes);
        Assert.True(approved);
        Assert.Equal("email openid", issued.Tokens.Scope);
        Assert.NotNull(issued.Tokens.RefreshToken);
        Assert.True(TwoClusters.IsInvalidGrant(again));
        Assert.False((await At(device).Look(TwoClusters.Tenant, default))!.IsPending);
    }

    [Fact]
    [Trait("Contract", "http 37")]
    [Trait("Attack", "26")]
    public async Task a_device_that_asks_too_fast_waits_five_seconds_longer_each_time()
    {
        // Contract http.md §18 37 says 429; RFC 8628 §3.5 and design §4 say 400 with a growing interval.
        var device = await Start();
        await Poll(device);
        Later(1);
        var first = (TokenOutcome.Refused)await Poll(device);
        Later(6);
        var second = await Poll(device);
        Later(14);
        var third = await Poll(device);
        await At(device).Approve(Facts(), default);
        Later(10);
        var fourth = await Poll(device);
        Later(25);

        Assert.Equal((OAuthErrors.SlowDown, Reasons.SlowDown, 400), (first.Error.Error, first.Error.Reason, first.Error.Status));
        Assert.Equal(OAuthErrors.SlowDown, TwoClusters.ErrorOf(second));
        Assert.Equal(OAuthErrors.SlowDown, TwoClusters.ErrorOf(third));
        Assert.Equal(OAuthErrors.SlowDown, TwoClusters.ErrorOf(fourth));
        Assert.IsType<TokenOutcome.Issued>(await Poll(device));
    }

    [Fact]
    [Trait("Contract", "http 37")]
    public async Task a_person_who_says_no_is_final_for_device_and_other_persons()
    {
        var device = await Start();

        var denied = await At(device).Deny(TwoClusters.Tenant, default);
        var approved = await _clusters.Second.Grains.GetGrain<IDeviceGrain>(device).Approve(Facts(), default);
        var deniedTwice = await At(device).Deny(TwoClusters.Tenant, default);

        Assert.True(denied);
        Assert.False(approved);
        Assert.False(deniedTwice);
        Assert.Equal(OAuthErrors.AccessDenied, TwoClusters.ErrorOf(await Poll(device)));
    }

    [Fact]
    [Trait("Attack", "26")]
    public async Task polling_does_not_keep_a_device_code_alive()
    {
        var device = await Start(TimeSpan.FromSeconds(20));
        await Poll(device);
        Later(10);
        await Poll(device);
        Later(10);

        var expired = await Poll(device);
        var view = await At(device).Look(TwoClusters.Tenant, default);
        var approved = await At(device).Approve(Facts(), default);

        Assert.Equal(OAuthErrors.ExpiredToken, TwoClusters.ErrorOf(expired));
        Assert.Null(view);
        Assert.False(approved);
    }

    [Fact]
    [Trait("Attack", "25")]
    [Trait("Attack", "26")]
    public async Task a_device_code_is_worth_nothing_to_another_client_tenant_or_stranger()
    {
        var device = await Start();
        await At(device).Approve(Facts(), default);

        var unknown = await Poll(Digests.KeyOf("nobody's"));
        var other = await Poll(device, TwoClusters.Proof(4));
        var withoutGrant = await Poll(device, TwoClusters.Proof(1));
        var stranger = await Poll(device, TwoClusters.Proof(3, "wrong"));
        var foreignTenant = await At(device).Look("ham", default);
        var right = await Poll(device);

        Assert.True(TwoClusters.IsInvalidGrant(unknown));
        Assert.True(TwoClusters.IsInvalidGrant(other));
        Assert.Equal(OAuthErrors.UnauthorizedClient, TwoClusters.ErrorOf(withoutGrant));
        Assert.Equal(OAuthErrors.InvalidClient, TwoClusters.ErrorOf(stranger));
        Assert.Null(foreignTenant);
        // None of them counted as a poll of the device's own.
        Assert.IsType<TokenOutcome.Issued>(right);
    }

    [Fact]
    [Trait("Attack", "26")]
    public async Task nobody_approves_for_another_client_or_tenant()
    {
        var device = await Start();

        var tenant = await At(device).Approve(Facts() with { Tenant = "ham" }, default);
        var client = await At(device).Approve(Facts() with { Client = SomeCatalog.Ident(4) }, default);
        var denied = await At(device).Deny("ham", default);

        Assert.False(tenant);
        Assert.False(client);
        Assert.False(denied);
        Assert.Equal(OAuthErrors.AuthorizationPending, TwoClusters.ErrorOf(await Poll(device)));
    }

    [Fact]
    [Trait("Attack", "19")]
    [Trait("Attack", "26")]
    public async Task a_session_that_ended_before_the_device_came_back_gives_it_nothing()
    {
        var device = await Start();
        await At(device).Approve(Facts() with { Sid = "gone" }, default);
        await _clusters.First.Grains.GetGrain<IRevocationFeedGrain>(IRevocationFeedGrain.ShardOf("gone")).Append(
            new RevocationEntry(RevocationKind.Session, "gone", _clusters.First.Clock.GetUtcNow().AddHours(1)), default);

        // Either cluster may be polled, and the other one hears of it by its next look.
        ClusterFixture[] both = [_clusters.First, _clusters.Second];
        await ClusterFixture.Until(() => both.All(static cluster =>
            Enumerable.Range(0, cluster.Silos).All(silo => cluster.Of<RevokedIds>(silo).Contains(RevocationKind.Session, "gone"))));

        Assert.True(TwoClusters.IsInvalidGrant(await Poll(device)));
    }

    [Fact]
    [Trait("Standard", "RFC 9449")]
    [Trait("Attack", "26")]
    [Trait("Attack", "33")]
    public async Task a_proof_that_was_used_before_gets_a_device_nothing_and_costs_it_nothing()
    {
        var device = await Start();
        var waiting = await Poll(device, proof: Use("a"));
        await At(device).Approve(Facts(), default);
        Later(5);

        var replayed = await Poll(device, proof: Use("a"));
        var stranger = await Poll(Digests.KeyOf("nobody's"), proof: Use("b"));
        var issued = await Poll(device, proof: Use("b"));

        Assert.Equal(OAuthErrors.AuthorizationPending, TwoClusters.ErrorOf(waiting));
        Assert.Equal(OAuthErrors.InvalidDpopProof, TwoClusters.ErrorOf(replayed));
        // A device code that is none of the client's uses no proof up.
        Assert.True(TwoClusters.IsInvalidGrant(stranger));
        Assert.Equal("DPoP", Assert.IsType<TokenOutcome.Issued>(issued).Tokens.TokenType);
    }

    [Fact]
    [Trait("Attack", "26")]
    public async Task of_a_hundred_polls_of_one_approved_device_exactly_one_wins_on_two_activations()
    {
        var (rounds, won) = await Races.Run(async () => await PollAll(await Approved()));

        Assert.Equal(rounds, won);
    }

    [Fact]
    [Trait("Attack", "26")]
    [Trait("Attack", "47")]
    public Task of_a_hundred_polls_of_one_approved_device_at_most_one_wins_while_storage_fails() =>
        Races.WhileStorageFails(_clusters.First.Storage, Approved, PollAll);

    [Fact]
    [Trait("Attack", "26")]
    public async Task of_a_hundred_answers_of_a_hundred_people_one_counts()
    {
        var (rounds, won) = await Races.Run(async () =>
        {
            var device = await Start();
            return Winners.AtMostOne(await Task.WhenAll(Enumerable.Range(0, 100).Select(number => number % 2 == 0
                ? At(device).Deny(TwoClusters.Tenant, default)
                : At(device).Approve(Facts() with { Subject = $"person-{number}" }, default))));
        });

        Assert.Equal(rounds, won);
    }

    [Fact]
    [Trait("Contract", "http 38")]
    [Trait("Attack", "26")]
    public async Task a_user_code_belongs_to_one_device_until_it_expires_and_storage_knows_neither_code()
    {
        const string Code = "NORM-ALZE";
        var key = UserCodeRules.KeyOf(TwoClusters.Tenant, _nameKey, Code);
        IUserCodeGrain Any() => _clusters.Any().Grains.GetGrain<IUserCodeGrain>(key);

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Any().Claim($"device-{number}", TimeSpan.FromMinutes(30), default)));
        var winner = Array.IndexOf(claims, true);
        var found = await _clusters.First.Grains.GetGrain<IUserCodeGrain>(key).Find(default);
        // Item 38: the lookup is by the exact code; another spelling is another key, and another tenant another code.
        var lower = await _clusters.First.Grains.GetGrain<IUserCodeGrain>(UserCodeRules.KeyOf(TwoClusters.Tenant, _nameKey, "norm-alze")).Find(default);
        var foreign = await _clusters.First.Grains.GetGrain<IUserCodeGrain>(UserCodeRules.KeyOf("ham", _nameKey, Code)).Find(default);
        _clusters.First.Clock.Advance(TimeSpan.FromMinutes(31));
        var late = await Any().Find(default);
        var reused = await _clusters.First.Grains.GetGrain<IUserCodeGrain>(key).Claim("another", TimeSpan.FromMinutes(30), default);

        Assert.Single(claims, static won => won);
        Assert.Equal($"device-{winner}", found);
        Assert.Null(lower);
        Assert.Null(foreign);
        Assert.Null(late);
        Assert.True(reused);
        Assert.DoesNotContain(_clusters.First.Storage.Records, static record => (record.Key + record.Value).Contains("ALZE", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    [Trait("Contract", "configuration 43")]
    public async Task devices_are_found_by_their_own_codes_and_what_happens_to_one_happens_to_no_other()
    {
        var devices = new List<string>();
        foreach (var code in new[] { "AAAA-BBBB", "CCCC-DDDD", "EEEE-FFFF" })
        {
            devices.Add(await Start());
            Assert.True(await Of(code).Claim(devices[^1], TimeSpan.FromMinutes(30), default));
        }

        await Here(devices[0]).Approve(Facts(), default);
        await Here(devices[1]).Deny(TwoClusters.Tenant, default);
        var third = await Poll(devices[2]);
        Later(1);
        var tooFast = await Poll(devices[2]);
        var found = new List<string?>();
        foreach (var code in new[] { "AAAA-BBBB", "CCCC-DDDD", "EEEE-FFFF", "aaaa-bbbb", "GGGG-HHHH" })
        {
            found.Add(await Of(code).Find(default));
        }

        // The last poll is kept in storage: the second one, a second later, was too fast at either activation.
        Assert.Equal(OAuthErrors.AuthorizationPending, TwoClusters.ErrorOf(third));
        Assert.Equal(OAuthErrors.SlowDown, TwoClusters.ErrorOf(tooFast));

        // The index stays after an answer, so that a person who types the code again is told that it was used (ACTIVATE.ERRORS.CODE_ALREADY_USED).
        Assert.Equal([.. devices, null, null], found);
        var pending = await Task.WhenAll(devices.Select(async device => (await Here(device).Look(TwoClusters.Tenant, default))!.IsPending));
        Assert.Equal([false, false, true], pending);
        Assert.IsType<TokenOutcome.Issued>(await Poll(devices[0]));
        Assert.Equal(OAuthErrors.AccessDenied, TwoClusters.ErrorOf(await Poll(devices[1])));

        // Unknown devices are an answer and no exception; and nothing is deleted early: code and device end together, by their time.
        Assert.Null(await At(Digests.KeyOf("nobody's")).Look(TwoClusters.Tenant, default));
        Later(TimeSpan.FromMinutes(31).TotalSeconds);
        Assert.Null(await Of("AAAA-BBBB").Find(default));
        Assert.Null(await Of("EEEE-FFFF").Find(default));

        // What a person is shown comes from the activation that is asked; two of them disagree only while membership changes, and no answer counts twice.
        IDeviceGrain Here(string device) => _clusters.First.Grains.GetGrain<IDeviceGrain>(device);

        IUserCodeGrain Of(string code) => _clusters.Any().Grains.GetGrain<IUserCodeGrain>(UserCodeRules.KeyOf(TwoClusters.Tenant, _nameKey, code));
    }

    [Fact]
    [Trait("Contract", "http 38")]
    public async Task a_key_that_is_taken_starts_no_second_device()
    {
        var device = await Start();

        var again = await _clusters.Second.Grains.GetGrain<IDeviceGrain>(device).Start(Request(TimeSpan.FromMinutes(30)), default);
        var nobody = await At(Digests.KeyOf("unknown")).Approve(Facts(), default);

        Assert.False(again);
        // Item 38: an update of what is not there changes nothing; it is refused instead of thrown.
        Assert.False(nobody);
    }

    private static StartDevice Request(TimeSpan life) => new()
    {
        Tenant = TwoClusters.Tenant,
        Client = SomeCatalog.Ident(3),
        Scopes = ["email", "openid"],
        Life = life,
        Interval = TimeSpan.FromSeconds(5),
    };

    private static GrantFacts Facts() => TwoClusters.Facts() with { Client = SomeCatalog.Ident(3), ClientId = SomeCatalog.Ident(3).ToString() };

    private async Task<string> Approved()
    {
        var device = await Start();
        await At(device).Approve(Facts(), default);
        return device;
    }

    private async Task<int> PollAll(string device) => Winners.AtMostOne(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => TwoClusters.Try(() => Poll(device)))));

    private IDeviceGrain At(string device) => _clusters.Any().Grains.GetGrain<IDeviceGrain>(device);

    private ProofUse Use(string id) => new(Digests.KeyOf("dpop", "key", id), _clusters.First.Clock.GetUtcNow().AddMinutes(6));

    private Task<TokenOutcome> Poll(string device, ClientProof? client = null, ProofUse? proof = null) => At(device).Poll(
        new PollDevice { Client = client ?? TwoClusters.Proof(3), Jkt = proof is null ? null : "key", Terms = TwoClusters.Terms, Proof = proof }, default);

    private void Later(double seconds) => _clusters.First.Clock.Advance(TimeSpan.FromSeconds(seconds));

    private async Task<string> Start(TimeSpan? life = null)
    {
        var device = Digests.KeyOf(Guid.NewGuid().ToString());
        Assert.True(await _clusters.First.Grains.GetGrain<IDeviceGrain>(device).Start(Request(life ?? TimeSpan.FromMinutes(30)), default));
        return device;
    }
}
