using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Versions of single-use records that were replaced when something was used up, by this silo or by others that told it: of each a digest of eight bytes, and the minute. Whatever storage says
/// later, a record that is at one of them is spent. Where there are too many those of the oldest minute are forgotten, whoever told them.
/// </summary>
/// <param name="clock">The clock of minutes.</param>
/// <param name="most">How many are remembered.</param>
internal sealed class SpentVersions(TimeProvider clock, int most = SpentVersions.Most)
{
    /// <summary>How many are remembered: some twenty megabytes, and half an hour of a hundred logins with code and tokens and a hundred refreshes a second in the cluster.</summary>
    public const int Most = 500_000;

    /// <summary>How many are told in one answer.</summary>
    public const int InPart = 50_000;

    private const int Bytes = sizeof(ulong) + sizeof(int);

    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _known = [];
    private readonly SortedDictionary<int, List<ulong>> _minutes = [];
    private readonly List<(ulong Digest, int Minute)> _untold = [];
    private TaskCompletionSource _isAnyUntold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _known.Count;
            }
        }
    }

    /// <summary>Something was used up, and a record replaced at this version.</summary>
    /// <param name="version">Its ETag, or its key where there was none before.</param>
    public void Add(string version)
    {
        var (digest, minute) = (DigestOf(version), (int)(clock.GetUtcNow().ToUnixTimeSeconds() / 60));
        lock (_lock)
        {
            if (Add(digest, minute))
            {
                _untold.Add((digest, minute));
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
    /// <param name="told">As <see cref="Read"/> or <see cref="TakeUntold"/> gave it there.</param>
    public void Learn(ReadOnlySpan<byte> told)
    {
        lock (_lock)
        {
            for (; told.Length >= Bytes; told = told[Bytes..])
            {
                _ = Add(BinaryPrimitives.ReadUInt64LittleEndian(told), BinaryPrimitives.ReadInt32LittleEndian(told[sizeof(ulong)..]));
            }
        }
    }

    /// <summary>What other silos are told when they ask: the youngest last.</summary>
    /// <param name="part">Which part, from zero.</param>
    /// <returns>Empty beyond the last one.</returns>
    public byte[] Read(int part)
    {
        lock (_lock)
        {
            return part < 0 || (long)part * InPart >= _known.Count ? [] : Written(_minutes.SelectMany(static minute => minute.Value.Select(digest => (digest, minute.Key))).Skip(part * InPart).Take(InPart));
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
            var untold = Written(_untold);
            _untold.Clear();
            _isAnyUntold = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return untold;
        }
    }

    /// <summary>Nobody heard it: it is told again, as much as is known anyway.</summary>
    /// <param name="untold">As <see cref="TakeUntold"/> gave it.</param>
    public void GiveBack(ReadOnlySpan<byte> untold)
    {
        lock (_lock)
        {
            for (; untold.Length >= Bytes && _untold.Count < most; untold = untold[Bytes..])
            {
                _untold.Add((BinaryPrimitives.ReadUInt64LittleEndian(untold), BinaryPrimitives.ReadInt32LittleEndian(untold[sizeof(ulong)..])));
            }

            _ = _isAnyUntold.TrySetResult();
        }
    }

    private bool Add(ulong digest, int minute)
    {
        if (!_known.Add(digest))
        {
            return false;
        }

        if (!_minutes.TryGetValue(minute, out var digests))
        {
            _minutes.Add(minute, digests = []);
        }

        digests.Add(digest);
        if (_known.Count > most)
        {
            ForgetOldest();
        }

        return true;
    }

    private void ForgetOldest()
    {
        var (minute, oldest) = _minutes.First();
        _known.Remove(oldest[^1]);
        oldest.RemoveAt(oldest.Count - 1);
        if (oldest.Count == 0)
        {
            _minutes.Remove(minute);
        }
    }

    private static byte[] Written(IEnumerable<(ulong Digest, int Minute)> versions)
    {
        var written = new MemoryStream();
        Span<byte> one = stackalloc byte[Bytes];
        foreach (var (digest, minute) in versions)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(one, digest);
            BinaryPrimitives.WriteInt32LittleEndian(one[sizeof(ulong)..], minute);
            written.Write(one);
        }

        return written.ToArray();
    }

    private static ulong DigestOf(string version)
    {
        Span<byte> text = stackalloc byte[512];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(Encoding.UTF8.TryGetBytes(version, text, out var length) ? text[..length] : Encoding.UTF8.GetBytes(version), digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
