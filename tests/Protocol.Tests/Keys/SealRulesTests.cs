using System.Text;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Keys;

public sealed class SealRulesTests
{
    private static readonly byte[] _plain = Encoding.UTF8.GetBytes("a private key");
    private static readonly byte[] _nonce = [.. Enumerable.Range(0, SealRules.NonceBytes).Select(static i => (byte)i)];
    private static readonly SealLabel _label = new(SealLabel.SigningKey, "cheese/cheese", "kid-1");
    private static readonly KeySecrets _old = Secrets("old-secret");
    private static readonly KeySecrets _now = Secrets("new-secret");
    private static readonly KeySecrets _changing = new(_now.Jwt, [.. _now.KeyEncryption, .. _old.KeyEncryption]);

    [Fact]
    public void what_was_sealed_opens()
    {
        var opened = SealRules.Open(_now, _label, SealRules.Seal(_now, _label, _nonce, _plain));

        var content = Assert.IsType<OpenedSeal.Opened>(opened);
        Assert.Equal(_plain, content.Plain);
        Assert.True(content.IsCurrent);
    }

    [Fact]
    public void the_previous_secret_still_opens_and_asks_for_a_new_seal()
    {
        var opened = SealRules.Open(_changing, _label, SealRules.Seal(_old, _label, _nonce, _plain));

        var content = Assert.IsType<OpenedSeal.Opened>(opened);
        Assert.Equal(_plain, content.Plain);
        Assert.False(content.IsCurrent);
    }

    [Fact]
    public void a_secret_that_is_gone_is_told_apart_from_a_broken_seal()
    {
        var opened = SealRules.Open(_now, _label, SealRules.Seal(_old, _label, _nonce, _plain));

        Assert.IsType<OpenedSeal.ForeignSecret>(opened);
    }

    [Fact]
    public void a_new_seal_is_always_under_the_current_secret()
    {
        var opened = SealRules.Open(_now, _label, SealRules.Seal(_changing, _label, _nonce, _plain));

        Assert.IsType<OpenedSeal.Opened>(opened);
    }

    [Theory]
    [InlineData(SealLabel.SealingKey, "cheese/cheese", "kid-1")]
    [InlineData(SealLabel.SigningKey, "cheese/other", "kid-1")]
    [InlineData(SealLabel.SigningKey, "cheese/cheese", "kid-2")]
    [InlineData(SealLabel.SigningKey, "cheese/cheesekid-1", "")]
    public void a_seal_moved_to_another_place_does_not_open(string purpose, string owner, string id)
    {
        var opened = SealRules.Open(_now, new SealLabel(purpose, owner, id), SealRules.Seal(_now, _label, _nonce, _plain));

        Assert.IsType<OpenedSeal.Broken>(opened);
    }

    [Fact]
    public void every_changed_bit_and_every_cut_is_noticed()
    {
        var intact = SealRules.Seal(_now, _label, _nonce, _plain);

        for (var bit = 0; bit < intact.Length * 8; bit++)
        {
            var changed = intact.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsNotType<OpenedSeal.Opened>(SealRules.Open(_now, _label, changed));
        }

        for (var length = 0; length < intact.Length; length++)
        {
            Assert.IsType<OpenedSeal.Broken>(SealRules.Open(_now, _label, intact.AsSpan(0, length)));
        }
    }

    [Fact]
    public void nothing_of_the_content_shows()
    {
        var sealedBytes = SealRules.Seal(_now, _label, _nonce, _plain);

        Assert.Equal(-1, sealedBytes.AsSpan().IndexOf(_plain.AsSpan(0, 4)));
        Assert.Equal("Opened { *** }", $"{SealRules.Open(_now, _label, sealedBytes)}");
    }

    private static KeySecrets Secrets(string encryption) => new([[1, 2, 3]], [[.. Encoding.UTF8.GetBytes(encryption)]]);
}
