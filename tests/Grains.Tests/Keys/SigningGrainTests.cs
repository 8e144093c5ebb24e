using System.Buffers.Text;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.Protocol.Catalog;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

public sealed class SigningGrainTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Theory]
    [InlineData(SigningAlgorithm.RS256, 256)]
    [InlineData(SigningAlgorithm.PS256, 256)]
    [InlineData(SigningAlgorithm.ES256, 64)]
    [Trait("Contract", "http 55")]
    public async Task a_token_carries_its_key_and_verifies_by_what_is_published(SigningAlgorithm algorithm, int signatureBytes)
    {
        var tenant = $"cheese/sign-{algorithm}";
        var request = Tokens.Request(algorithm);

        var token = await Signing(tenant).Sign(request, default);
        var keys = await Ring(tenant).Read(algorithm, default);

        Assert.Equal(
            $$"""{"alg":"{{algorithm}}","kid":"{{keys.SigningKeys.Single().Kid}}","typ":"at+jwt"}""",
            Tokens.Header(token).GetRawText());
        Assert.Equal(request.ClaimsJson, Tokens.Claims(token).GetRawText());
        Assert.Equal(signatureBytes, Base64Url.DecodeFromChars(token.Split('.')[2]).Length);
        Assert.True(Tokens.Verify(token, keys.SigningKeys));
    }

    [Fact]
    public async Task each_token_has_the_type_it_was_asked_for()
    {
        var request = Tokens.Request(SigningAlgorithm.ES256);

        var first = await Signing("cheese/types").Sign(request, default);
        var second = await Signing("cheese/types").Sign(request with { Type = "uitsmijter-header+jwt" }, default);

        Assert.Equal("at+jwt", Tokens.Header(first).GetProperty("typ").GetString());
        Assert.Equal("uitsmijter-header+jwt", Tokens.Header(second).GetProperty("typ").GetString());
    }

    [Fact]
    [Trait("Contract", "http 55")]
    public async Task a_changed_token_does_not_verify()
    {
        var token = await Signing("cheese/changed").Sign(Tokens.Request(SigningAlgorithm.ES256), default);
        var keys = await Ring("cheese/changed").Read(SigningAlgorithm.ES256, default);
        var parts = token.Split('.');

        var forged = $"{parts[0]}.{Base64Url.EncodeToString("""{"sub":"mallory"}"""u8)}.{parts[2]}";

        Assert.False(Tokens.Verify(forged, keys.SigningKeys));
    }

    [Fact]
    public async Task a_hundred_parallel_tokens_verify()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Signing("cheese/parallel").Sign(Tokens.Request(SigningAlgorithm.ES256), default)));
        var keys = await Ring("cheese/parallel").Read(SigningAlgorithm.ES256, default);

        Assert.All(tokens, token => Assert.True(Tokens.Verify(token, keys.SigningKeys)));
    }

    [Fact]
    public async Task both_algorithms_of_a_tenant_that_changes_its_algorithm_verify_side_by_side()
    {
        var old = await Signing("cheese/changing").Sign(Tokens.Request(SigningAlgorithm.RS256), default);
        var current = await Signing("cheese/changing").Sign(Tokens.Request(SigningAlgorithm.ES256), default);

        var keys = await Ring("cheese/changing").Read(SigningAlgorithm.ES256, default);

        Assert.True(Tokens.Verify(old, keys.SigningKeys));
        Assert.True(Tokens.Verify(current, keys.SigningKeys));
    }

    [Fact]
    public async Task a_tenant_with_the_shared_secret_is_not_signed_for() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Signing("cheese/hs256").Sign(Tokens.Request(SigningAlgorithm.HS256), default));

    [Fact]
    [Trait("Attack", "47")]
    public async Task a_ring_out_of_reach_stops_signing_only_after_two_hours()
    {
        const string tenant = "cheese/out-of-reach";
        var first = await Signing(tenant).Sign(Tokens.Request(SigningAlgorithm.ES256), default);
        cluster.Storage.Before = (_, grain) => grain.ToString().Contains(tenant, StringComparison.Ordinal)
            ? throw new IOException("The storage is away.")
            : Task.CompletedTask;

        cluster.Clock.Advance(TimeSpan.FromHours(2));
        var meanwhile = await Signing(tenant).Sign(Tokens.Request(SigningAlgorithm.ES256), default);
        cluster.Clock.Advance(new KeyRingPolicy { VerifyFor = default }.RefreshEvery);
        await Assert.ThrowsAnyAsync<Exception>(() => Signing(tenant).Sign(Tokens.Request(SigningAlgorithm.ES256), default));
        cluster.Storage.Before = null;
        var again = await Signing(tenant).Sign(Tokens.Request(SigningAlgorithm.ES256), default);

        Assert.Equal(Tokens.Kid(first), Tokens.Kid(meanwhile));
        Assert.Equal(Tokens.Kid(first), Tokens.Kid(again));
    }

    private ISigningGrain Signing(string tenant) => cluster.Grains.GetGrain<ISigningGrain>(tenant);

    private IKeyRingGrain Ring(string tenant) => cluster.Grains.GetGrain<IKeyRingGrain>(tenant);
}
