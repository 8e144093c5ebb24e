using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Versions of single-use records that were replaced, by this silo or by others that told it; of each a digest of eight bytes. Whatever storage says later, a record that is at one of
/// them is spent. The oldest are forgotten where there are too many.
/// </summary>
internal sealed class SpentVersions
{
    /// <summary>How many are remembered: some twenty megabytes, and an hour of a hundred logins with code and tokens a second on three silos.</summary>
    public const int Most = 500_000;

    /// <summary>How many are told in one answer.</summary>
    public const int InPart = 65_536;

    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _known = [];
    private readonly List<ulong> _order = [];
    private readonly List<ulong> _untold = [];
    private TaskCompletionSource _isAnyUntold = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _oldest;

    /// <summary>How many are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _order.Count;
            }
        }
    }

    /// <summary>A record was replaced at this version.</summary>
    /// <param name="version">Its ETag, or its key where there was none before.</param>
    public void Add(string version)
    {
        var digest = DigestOf(version);
        lock (_lock)
        {
            if (Add(digest) && _untold.Count < InPart)
            {
                _untold.Add(digest);
                _ = _isAnyUntold.TrySetResult();
            }
        }
    }

    /// <summary>Whether a record at this version was replaced.</summary>
    /// <inheritdoc cref="Add(string)" path="/param"/>
    public bool Contains(string version)
    {
        var digest = DigestOf(version);
        lock (_lock)
        {
            return _known.Contains(digest);
        }
    }

    /// <summary>Learns what another silo knows.</summary>
    /// <param name="digests">As <see cref="Read"/> or <see cref="TakeUntold"/> gave them there.</param>
    public void Learn(ReadOnlySpan<byte> digests)
    {
        lock (_lock)
        {
            foreach (var digest in MemoryMarshal.Cast<byte, ulong>(digests))
            {
                _ = Add(digest);
            }
        }
    }

    /// <summary>Ends when this silo itself has seen something replaced that was not taken yet.</summary>
    public Task UntilAnyUntold()
    {
        lock (_lock)
        {
            return _isAnyUntold.Task;
        }
    }

    /// <summary>What this silo itself has seen replaced since this was asked last.</summary>
    public byte[] TakeUntold()
    {
        lock (_lock)
        {
            var untold = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_untold)).ToArray();
            _untold.Clear();
            _isAnyUntold = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return untold;
        }
    }

    /// <summary>What other silos are told.</summary>
    /// <param name="part">Which part, from zero.</param>
    /// <returns>Empty beyond the last one.</returns>
    public byte[] Read(int part)
    {
        lock (_lock)
        {
            var all = CollectionsMarshal.AsSpan(_order);
            var begin = (int)Math.Clamp((long)part * InPart, 0, all.Length);
            return MemoryMarshal.AsBytes(all[begin..Math.Min(begin + InPart, all.Length)]).ToArray();
        }
    }

    private bool Add(ulong digest)
    {
        if (!_known.Add(digest))
        {
            return false;
        }

        if (_order.Count < Most)
        {
            _order.Add(digest);
            return true;
        }

        _known.Remove(_order[_oldest]);
        _order[_oldest] = digest;
        _oldest = (_oldest + 1) % Most;
        return true;
    }

    private static ulong DigestOf(string version)
    {
        Span<byte> text = stackalloc byte[512];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(Encoding.UTF8.TryGetBytes(version, text, out var length) ? text[..length] : Encoding.UTF8.GetBytes(version), digest);
        return MemoryMarshal.Read<ulong>(digest);
    }
}
