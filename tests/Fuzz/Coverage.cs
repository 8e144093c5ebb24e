using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Uitsmijter.Actors.Fuzz;

/// <summary>
/// Which branches a run took, how often. Instrumented code counts into one shared map, as AFL's does: the index is the edge from the block before to
/// this one. An input is interesting when it takes a new edge, or an old one a new order of magnitude more often.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16;

    // By name: an assembly that mentions this type counts as instrumented already, and the planted bug in this one must be.
    private static readonly Type _trace = Assembly.Load("SharpFuzz.Common").GetType("SharpFuzz.Common.Trace", throwOnError: true)!;
    private static readonly Action _forgetPlace = Expression.Lambda<Action>(Expression.Assign(Expression.Field(null, _trace, "PrevLocation"), Expression.Constant(0))).Compile();

    private readonly byte* _map = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    /// <summary>Points the instrumented code to this map. One map at a time: the instrumentation is static.</summary>
    public Coverage() => _trace.GetField("SharedMem")!.SetValue(null, Pointer.Box(_map, typeof(byte*)));

    /// <summary>Different edges taken so far.</summary>
    public int Edges { get; private set; }

    /// <summary>Forgets the last run.</summary>
    public void Clear()
    {
        new Span<byte>(_map, Size).Clear();
        _forgetPlace();
    }

    /// <summary>Adds the last run to what is known.</summary>
    /// <returns>Whether it did anything no run before did.</returns>
    public bool Learn()
    {
        var isNew = false;
        var words = new ReadOnlySpan<ulong>(_map, Size / sizeof(ulong));
        for (var word = words.IndexOfAnyExcept(0UL); word >= 0;)
        {
            isNew |= Learn(word * sizeof(ulong));
            var next = words[(word + 1)..].IndexOfAnyExcept(0UL);
            word = next < 0 ? -1 : word + 1 + next;
        }

        return isNew;
    }

    private bool Learn(int at)
    {
        var isNew = false;
        for (var i = at; i < at + sizeof(ulong); i++)
        {
            if (_map[i] == 0)
            {
                continue;
            }

            var bucket = BucketOf(_map[i]);
            if ((_seen[i] & bucket) == 0)
            {
                Edges += _seen[i] == 0 ? 1 : 0;
                _seen[i] |= bucket;
                isNew = true;
            }
        }

        return isNew;
    }

    private static byte BucketOf(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
