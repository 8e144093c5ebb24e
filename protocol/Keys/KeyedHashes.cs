using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>
/// HMAC-SHA-256 under keys that are used again and again, each tenant's name key and cookie key among them. A few prepared keys are kept, whichever were
/// used last: however many tenants there are, they take no more room than that.
/// </summary>
public static class KeyedHashes
{
    private const int Places = 64;
    private static readonly Place?[] _places = new Place?[Places];

    /// <summary>Bytes of a hash.</summary>
    public const int Length = HMACSHA256.HashSizeInBytes;

    /// <summary>The hash of a text.</summary>
    /// <param name="key">The key. It is known again by its identity: one that is made anew for every call is better hashed with by <see cref="HMACSHA256"/>.</param>
    /// <param name="text">What is hashed.</param>
    /// <param name="hash">Where the hash goes, <see cref="Length"/> bytes.</param>
    public static void Of(ImmutableArray<byte> key, ReadOnlySpan<byte> text, Span<byte> hash)
    {
        var bytes = ImmutableCollectionsMarshal.AsArray(key) ?? throw new ArgumentException("A key is missing.", nameof(key));
        ref var place = ref _places[(uint)RuntimeHelpers.GetHashCode(bytes) % Places];

        // Taken out while it is in use, so nobody else feeds it; whoever finds the place empty, or another key in it, prepares their own.
        var prepared = Interlocked.Exchange(ref place, null);
        if (prepared is null || !ReferenceEquals(prepared.Key, bytes))
        {
            prepared?.Hash.Dispose();
            prepared = new Place(bytes, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, bytes));
        }

        prepared.Hash.AppendData(text);
        prepared.Hash.GetHashAndReset(hash);
        Interlocked.Exchange(ref place, prepared)?.Hash.Dispose();
    }

    private sealed record Place(byte[] Key, IncrementalHash Hash);
}
