namespace Uitsmijter.Actors.Hosting.Logging;

/// <summary>How many lines of one kind a log gets in a minute: strangers decide how often something is refused or fails, so somebody else decides how often that is written down (attack 46).</summary>
/// <param name="most">Lines a minute.</param>
internal sealed class LineBudget(int most)
{
    private readonly Lock _lock = new();
    private long _minute = long.MinValue;
    private int _written;
    private long _skipped;

    /// <summary>Asks for a line.</summary>
    /// <param name="now">The instant.</param>
    /// <param name="skipped">How many got none since the last one that did, where a new minute began; else 0.</param>
    /// <returns>False when this minute has had its lines.</returns>
    public bool TryTake(DateTimeOffset now, out long skipped)
    {
        var minute = now.UtcTicks / TimeSpan.TicksPerMinute;
        lock (_lock)
        {
            skipped = 0;
            if (minute != _minute)
            {
                (skipped, _skipped) = (_skipped, 0);
                (_minute, _written) = (minute, 0);
            }

            if (_written < most)
            {
                _written++;
                return true;
            }

            _skipped++;
            return false;
        }
    }
}
