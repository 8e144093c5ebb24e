using System.Net;
using Uitsmijter.Actors.Protocol.Login;

namespace Uitsmijter.Actors.Gateway.Observability;

/// <summary>
/// How many audit records of refusals are written in a minute: of one kind for one network, and altogether. Audit records are printed at every level, and how often somebody is refused strangers decide (attack 46). What one
/// network does of one kind takes nothing from the others and from other kinds, until all of it is too much.
/// </summary>
/// <param name="each">Records a minute of one kind for one network.</param>
/// <param name="all">Records a minute altogether; as many networks are remembered at most.</param>
internal sealed class RecordBudget(int each, int all)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, string Network), int> _written = [];
    private long _minute = long.MinValue;
    private int _total;
    private long _skipped;

    /// <summary>Asks for a record.</summary>
    /// <param name="kind">What is told, and of whom: words of ours and of the catalog, nothing a stranger chose.</param>
    /// <param name="remote">Where it came from.</param>
    /// <param name="now">The instant.</param>
    /// <param name="skipped">How many got none in an earlier minute, where a new one began; else 0.</param>
    /// <returns>False when this minute has had its records.</returns>
    public bool TryTake(string kind, IPAddress? remote, DateTimeOffset now, out long skipped)
    {
        var key = (kind, NetworkRules.Normalise(remote ?? IPAddress.None));
        var minute = now.UtcTicks / TimeSpan.TicksPerMinute;
        lock (_lock)
        {
            skipped = 0;
            if (minute != _minute)
            {
                (skipped, _skipped) = (_skipped, 0);
                (_minute, _total) = (minute, 0);
                _written.Clear();
            }

            var written = _written.GetValueOrDefault(key);
            if (written >= each || _total >= all)
            {
                _skipped++;
                return false;
            }

            _written[key] = written + 1;
            _total++;
            return true;
        }
    }
}
