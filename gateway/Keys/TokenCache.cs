using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>
/// Tokens that were checked, found by their whole text. Bounded: when the young half is full it becomes the old half, and what was not used
/// since then is forgotten. Only tokens with a good signature get in, so nobody can fill it with made-up ones.
/// </summary>
/// <typeparam name="TToken">What is known of a token.</typeparam>
/// <param name="capacity">Tokens per half.</param>
/// <param name="isSame">Whether two of the same text were checked against the same tenant and keys.</param>
internal class TokenCache<TToken>(int capacity, Func<TToken, TToken, bool> isSame)
    where TToken : class
{
    /// <summary>Tokens per half: some 50 MB at the very most.</summary>
    public const int DefaultCapacity = 10_000;

    private readonly Lock _turning = new();
    private volatile Half _young = new();
    private volatile Half _old = new();

    /// <summary>How many tokens are held, for tests.</summary>
    public int Count => _young.Tokens.Count + _old.Tokens.Count;

    /// <summary>Finds a token.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="token">The token.</param>
    public bool TryGet(ReadOnlySpan<char> text, [NotNullWhen(true)] out TToken? token)
    {
        if (_young.Lookup.TryGetValue(text, out token))
        {
            return true;
        }

        if (!_old.Lookup.TryGetValue(text, out token))
        {
            return false;
        }

        Put(text.ToString(), token);
        return true;
    }

    /// <summary>Keeps a token. Requests that checked the same text at once share one, so that a silo signs for it once.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="token">The token.</param>
    /// <returns>The token to go on with: one that is there already and was checked against the same tenant and keys, else this one.</returns>
    public TToken Put(string text, TToken token)
    {
        var young = _young;
        var kept = young.Tokens.GetOrAdd(text, token);
        if (ReferenceEquals(kept, token))
        {
            if (Interlocked.Increment(ref young.Size) >= capacity)
            {
                Turn(young);
            }

            return token;
        }

        if (isSame(kept, token))
        {
            return kept;
        }

        young.Tokens[text] = token;
        return token;
    }

    private void Turn(Half full)
    {
        lock (_turning)
        {
            if (ReferenceEquals(_young, full))
            {
                _old = full;
                _young = new Half();
            }
        }
    }

    private sealed class Half
    {
        public int Size;

        public Half() => Lookup = Tokens.GetAlternateLookup<ReadOnlySpan<char>>();

        public ConcurrentDictionary<string, TToken> Tokens { get; } = new(new TailComparer());

        public ConcurrentDictionary<string, TToken>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; }
    }

    /// <summary>
    /// Hashes the end of a token, which is its signature and as good as random; compares all of it. To collide on purpose one would
    /// have to choose the signature of a valid token.
    /// </summary>
    private sealed class TailComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<char>, string>
    {
        private const int Tail = 20;

        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string text) => GetHashCode(text.AsSpan());

        public bool Equals(ReadOnlySpan<char> alternate, string other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<char> alternate) => string.GetHashCode(alternate.Length > Tail ? alternate[^Tail..] : alternate);

        public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();
    }
}
