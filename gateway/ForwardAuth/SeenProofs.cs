using System.Globalization;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>
/// DPoP proofs this gateway let through, while they could be let through again. Forward-auth asks no grain, so a proof is good once per gateway. Only who
/// holds a bound token and its key gets in here; where there is no room for another proof it is refused.
/// </summary>
internal sealed class SeenProofs(int capacity = SeenProofs.DefaultCapacity)
{
    /// <summary>Proofs per half: some 16 MB at most.</summary>
    public const int DefaultCapacity = 200_000;

    /// <summary>No proof is good for longer, whatever its clock says.</summary>
    private static readonly TimeSpan _half = TimeSpan.FromMinutes(4);

    private readonly Lock _door = new();
    private HashSet<UInt128> _young = [];
    private HashSet<UInt128> _old = [];
    private DateTimeOffset _since;

    /// <summary>Uses a proof up: true for the first to ask.</summary>
    /// <param name="key">Its digest, in hex.</param>
    /// <param name="now">The instant.</param>
    public bool TryUse(string key, DateTimeOffset now)
    {
        // 128 bits of the digest: to collide on purpose is as hard as to break it.
        var id = UInt128.Parse(key.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        lock (_door)
        {
            if (now - _since >= _half)
            {
                // Nothing was asked for two halves: the young ones are too old as well.
                _old = now - _since >= _half + _half ? [] : _young;
                _young = [];
                _since = now;
            }

            return !_old.Contains(id) && _young.Count < capacity && _young.Add(id);
        }
    }
}
