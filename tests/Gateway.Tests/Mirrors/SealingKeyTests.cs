using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Uitsmijter.Actors.Gateway.Catalog;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Gateway.Login;
using Uitsmijter.Actors.Gateway.Tests.Cluster;
using Uitsmijter.Actors.GrainInterfaces.Keys;
using Uitsmijter.Actors.TestKit;

namespace Uitsmijter.Actors.Gateway.Tests.Mirrors;

/// <summary>Data Protection on keys of the cluster: what one gateway seals, another opens, and nobody makes keys of their own.</summary>
public sealed class SealingKeyTests
{
    private static readonly byte[] _secret = Encoding.UTF8.GetBytes("what passes through a browser");

    private readonly FakeTimeProvider _clock = new(The.Instant);
    private readonly FakeCluster _cluster;

    public SealingKeyTests() => _cluster = new FakeCluster(_clock);

    [Fact]
    public async Task two_gateways_started_together_open_what_the_other_sealed()
    {
        await using var one = await Gateway();
        await using var other = await Gateway();

        var there = Protector(one).Protect(_secret);
        var back = Protector(other).Protect(_secret);

        Assert.Equal(_secret, Protector(other).Unprotect(there));
        Assert.Equal(_secret, Protector(one).Unprotect(back));
    }

    [Fact]
    public async Task neither_purpose_nor_tenant_can_be_swapped()
    {
        await using var gateway = await Gateway();
        var protection = gateway.GetRequiredService<IDataProtectionProvider>();

        var text = protection.CreateProtector("use", "tenant-a").Protect(_secret);

        Assert.ThrowsAny<CryptographicException>(() => protection.CreateProtector("use", "tenant-b").Unprotect(text));
        Assert.ThrowsAny<CryptographicException>(() => protection.CreateProtector("another use", "tenant-a").Unprotect(text));
    }

    [Fact]
    public async Task is_not_ready_and_seals_nothing_before_the_first_snapshot()
    {
        _cluster.Outage = new TimeoutException("no silo");
        await using var gateway = Build();
        var mirror = gateway.GetRequiredService<SealingKeyMirror>();
        await mirror.StartAsync(CancellationToken.None);

        Assert.False(mirror.IsReady);
        Assert.ThrowsAny<Exception>(() => Protector(gateway).Protect(_secret));

        _cluster.Outage = null;
        _clock.Advance(MirrorLoop.PollEvery);
        await Eventually.Holds(() => mirror.IsReady);
        Assert.Equal(_secret, Protector(gateway).Unprotect(Protector(gateway).Protect(_secret)));
    }

    [Fact]
    public async Task an_announced_key_opens_at_once_and_seals_from_its_time_on()
    {
        var first = FakeSealing.KeyOf("first", The.Instant, The.Instant + TimeSpan.FromDays(90));
        var next = FakeSealing.KeyOf("next", The.Instant + TimeSpan.FromDays(2), The.Instant + TimeSpan.FromDays(92));
        _cluster.Sealing.Ring = new SealingKeys([first, next], The.Instant + TimeSpan.FromHours(1));
        await using var gateway = await Gateway();
        var before = Protector(gateway).Protect(_secret);

        // Time alone changes the key: no grain is asked for it.
        _cluster.Outage = new TimeoutException("no silo");
        _clock.Advance(TimeSpan.FromDays(2));
        var after = Protector(gateway).Protect(_secret);

        Assert.Equal(first.Id, KeyIdOf(before));
        Assert.Equal(next.Id, KeyIdOf(after));
        Assert.Equal(_secret, Protector(gateway).Unprotect(before));
    }

    [Fact]
    public async Task an_expired_key_still_opens()
    {
        var old = FakeSealing.KeyOf("old", The.Instant - TimeSpan.FromDays(100), The.Instant - TimeSpan.FromDays(1));
        _cluster.Sealing.Ring = new SealingKeys([old], The.Instant + TimeSpan.FromHours(1));
        await using var gateway = await Gateway();
        var text = Protector(gateway).Protect(_secret);

        var now = FakeSealing.KeyOf("now", The.Instant, The.Instant + TimeSpan.FromDays(90));
        _cluster.Sealing.Ring = new SealingKeys([old, now], The.Instant + TimeSpan.FromDays(1));
        await Eventually.Holds(() =>
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            return KeyIdOf(Protector(gateway).Protect(_secret)) == now.Id;
        });

        Assert.Equal(_secret, Protector(gateway).Unprotect(text));
    }

    [Fact]
    public async Task a_ticket_of_a_key_made_in_an_emergency_makes_the_ring_look_soon()
    {
        await using var gateway = await Gateway();
        var emergency = FakeSealing.KeyOf("emergency", The.Instant, The.Instant + TimeSpan.FromDays(90));
        _cluster.Sealing.Ring = new SealingKeys([.. _cluster.Sealing.Ring.Keys, emergency], The.Instant + TimeSpan.FromDays(1));
        var mirror = gateway.GetRequiredService<SealingKeyMirror>();
        var reads = _cluster.Sealing.Reads;

        mirror.LookSoon();
        _clock.Advance(TimeSpan.FromSeconds(11));

        await Eventually.Holds(() => _cluster.Sealing.Reads > reads);
    }

    [Fact]
    [Trait("Attack", "46")]
    public async Task strangers_cannot_make_the_ring_ask_more_often_than_every_ten_seconds()
    {
        await using var gateway = await Gateway();
        var mirror = gateway.GetRequiredService<SealingKeyMirror>();
        var reads = _cluster.Sealing.Reads;

        for (var second = 0; second < 9; second++)
        {
            mirror.LookSoon();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(reads, _cluster.Sealing.Reads);
    }

    /// <summary>Data Protection writes four bytes of magic, then the id of the key.</summary>
    private static Guid KeyIdOf(byte[] text) => new(text.AsSpan(4, 16));

    private static IDataProtector Protector(ServiceProvider gateway) => gateway.GetRequiredService<IDataProtectionProvider>().CreateProtector("use", "tenant");

    private ServiceProvider Build() => new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(_clock)
        .AddSingleton<IGrainFactory>(_cluster)
        .AddCatalogMirror()
        .AddKeyMirrors()
        .BuildServiceProvider();

    private async Task<ServiceProvider> Gateway()
    {
        var gateway = Build();
        var mirror = gateway.GetRequiredService<SealingKeyMirror>();
        await mirror.StartAsync(CancellationToken.None);
        await Eventually.Holds(() => mirror.IsReady);
        return gateway;
    }
}
