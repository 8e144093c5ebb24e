using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Keys;
using Xunit;

namespace Uitsmijter.Actors.Protocol.Tests.Keys;

/// <summary>Hashes under prepared keys are those of a key prepared for each of them.</summary>
public sealed class KeyedHashesTests
{
    private static readonly byte[][] _texts = [[], [1], Encoding.UTF8.GetBytes("user\0cheese\0ada"), RandomNumberGenerator.GetBytes(300)];

    [Fact]
    public void more_keys_than_are_kept_each_hash_as_themselves()
    {
        ImmutableArray<byte>[] keys = [.. Enumerable.Range(0, 500).Select(static number => RandomNumberGenerator.GetBytes(number % 100).ToImmutableArray())];

        for (var round = 0; round < 3; round++)
        {
            foreach (var key in keys)
            {
                Assert.All(_texts, text => Assert.Equal(HMACSHA256.HashData(key.AsSpan(), text), Of(key, text)));
            }
        }
    }

    [Fact]
    public void many_threads_at_one_key_do_not_mix_their_texts()
    {
        ImmutableArray<byte> key = [.. RandomNumberGenerator.GetBytes(32)];

        Parallel.For(0, 20_000, number =>
        {
            var text = BitConverter.GetBytes(number);
            Assert.Equal(HMACSHA256.HashData(key.AsSpan(), text), Of(key, text));
        });
    }

    [Fact]
    public void a_key_that_is_missing_hashes_nothing() => Assert.Throws<ArgumentException>(() => Of(default, [1]));

    private static byte[] Of(ImmutableArray<byte> key, byte[] text)
    {
        var hash = new byte[KeyedHashes.Length];
        KeyedHashes.Of(key, text, hash);
        return hash;
    }
}
