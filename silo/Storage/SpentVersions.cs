using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Versions of single-use records that were replaced when something was used up, by this silo or by others that told it: of each a digest of eight bytes, and how long ago. Whatever storage says
/// later, a record that is at one of them is spent. Where there are too many those of the oldest minute are forgotten, whoever told them. Marks that matter for minutes, such as proofs, which
/// anybody who is logged in can use by the thousand, have places of their own.
/// </summary>
/// <param name="clock">Measures elapsed time. The world's clock is not asked: one that was wrong for a moment would decide what is forgotten.</param>
/// <param name="most">How many are remembered.</param>
internal sealed class SpentVersions(TimeProvider clock, int most = SpentVersions.Most)
{
    /// <summary>How many are remembered: some twenty megabytes, and half an hour of a hundred logins with code and tokens and a hundred refreshes a second in the cluster.</summary>
    public const int Most = 500_000;

    /// <summary>Of so many places one more is kept for a mark that matters for minutes.</summary>
    private const int PlacesPerMark = 4;

    /// <summary>How many are told in one answer.</summary>
    public const int InPart = 50_000;

    private const int Bytes = sizeof(ulong) + sizeof(int);

    private readonly Lock _lock = new();
    private readonly long _began = clock.GetTimestamp();
    private readonly Remembered _lasting = new(most);
    private readonly Remembered _brief = new(Math.Max(most / PlacesPerMark, 1));
    private readonly List<(ulong Digest, int Minute, bool IsBrief)> _untold = [];
    private TaskCompletionSource _isAnyUntold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _lasting.Count + _brief.Count;
            }
        }
    }

    /// <summary>Something was used up, and a record replaced at this version.</summary>
    /// <param name="version">Its ETag, or its key where there was none before.</param>
    /// <param name="isBrief">Whether nobody asks for it after some minutes.</param>
    public void Add(string version, bool isBrief)
    {
        var digest = DigestOf(version);
        lock (_lock)
        {
            if (Add(digest, Minute, isBrief))
            {
                _untold.Add((digest, Minute, isBrief));
                _ = _isAnyUntold.TrySetResult();
            }
        }
    }

    /// <summary>Whether a record at this version was replaced.</summary>
    /// <param name="version">Its ETag, or its key where there was none before.</param>
    public bool Contains(string version)
    {
        var digest = DigestOf(version);
        lock (_lock)
        {
            return _lasting.Contains(digest) || _brief.Contains(digest);
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
                var (digest, age, isBrief) = Parsed(told);

                // Nobody teaches what is younger than now, and nobody's word makes something last longer than what was seen here.
                _ = Add(digest, Minute - age, isBrief);
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
            return part < 0 || (long)part * InPart >= _lasting.Count + _brief.Count ? [] : Written(
                _brief.Oldest.Select(one => (one.Digest, Minute - one.Minute, true)).Concat(_lasting.Oldest.Select(one => (one.Digest, Minute - one.Minute, false))).Skip(part * InPart).Take(InPart));
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
            var untold = Written(_untold.Select(one => (one.Digest, Minute - one.Minute, one.IsBrief)));
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
                var (digest, age, isBrief) = Parsed(untold);
                _untold.Add((digest, Minute - age, isBrief));
            }

            _ = _isAnyUntold.TrySetResult();
        }
    }

    private int Minute => (int)clock.GetElapsedTime(_began).TotalMinutes;

    private bool Add(ulong digest, int minute, bool isBrief)
    {
        if (_lasting.Contains(digest) || _brief.Contains(digest))
        {
            return false;
        }

        (isBrief ? _brief : _lasting).Add(digest, minute);
        return true;
    }

    // The age in minutes, and for marks its complement: an age is never below zero.
    private static byte[] Written(IEnumerable<(ulong Digest, int Age, bool IsBrief)> versions)
    {
        var written = new MemoryStream();
        Span<byte> one = stackalloc byte[Bytes];
        foreach (var (digest, age, isBrief) in versions)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(one, digest);
            BinaryPrimitives.WriteInt32LittleEndian(one[sizeof(ulong)..], isBrief ? ~age : age);
            written.Write(one);
        }

        return written.ToArray();
    }

    private static (ulong Digest, int Age, bool IsBrief) Parsed(ReadOnlySpan<byte> written)
    {
        var age = BinaryPrimitives.ReadInt32LittleEndian(written[sizeof(ulong)..]);
        return (BinaryPrimitives.ReadUInt64LittleEndian(written), age < 0 ? ~age : age, age < 0);
    }

    private static ulong DigestOf(string version)
    {
        Span<byte> text = stackalloc byte[512];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(Encoding.UTF8.TryGetBytes(version, text, out var length) ? text[..length] : Encoding.UTF8.GetBytes(version), digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    /// <summary>A bounded number of digests, by the minute they were seen in.</summary>
    private sealed class Remembered(int most)
    {
        private readonly HashSet<ulong> _known = [];
        private readonly SortedDictionary<int, List<ulong>> _minutes = [];

        public int Count => _known.Count;

        public IEnumerable<(ulong Digest, int Minute)> Oldest => _minutes.SelectMany(static minute => minute.Value.Select(digest => (digest, minute.Key)));

        public bool Contains(ulong digest) => _known.Contains(digest);

        public void Add(ulong digest, int minute)
        {
            _known.Add(digest);
            if (!_minutes.TryGetValue(minute, out var digests))
            {
                _minutes.Add(minute, digests = []);
            }

            digests.Add(digest);
            if (_known.Count > most)
            {
                ForgetOldest();
            }
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
    }
}
