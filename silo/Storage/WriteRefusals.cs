using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Says that Redis refuses writes, with what it is refused for and what to do, once a minute for each reason, and that it takes them again. Every request that fails meanwhile has its own
/// line, in which the cause is the last of several (bad input "Redis that refuses writes").
/// </summary>
internal sealed partial class WriteRefusals(TimeProvider clock, ILogger<WriteRefusals> logger)
{
    /// <summary>How long none may have been refused before writes count as taken again.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _again = TimeSpan.FromMinutes(1);

    /// <summary>The first word of Redis' errors about writes (redis.io, "Redis error codes"), with what an operator does.</summary>
    private static readonly (string Word, string Advice)[] _known =
    [
        ("OOM", "it has no memory left (OOM); give it more by maxmemory, and leave maxmemory-policy at noeviction"),
        ("READONLY", "it is a read-only replica (READONLY); name the primary or the Sentinels in REDIS_URI"),
        ("MISCONF", "it cannot save to its disk (MISCONF); its own log says why"),
        ("NOREPLICAS", "it has fewer replicas than its min-replicas-to-write demands (NOREPLICAS)"),
        ("NOPERM", "its user may not write here (NOPERM); docs/operations.md lists what the user needs"),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _said = new(StringComparer.Ordinal);
    private volatile bool _isRefusing;
    private long _began;
    private long _last;

    /// <summary>A write failed.</summary>
    /// <param name="failure">With what; anything but a refusal of Redis is left to whoever waits for the write.</param>
    public void Failed(Exception failure)
    {
        if (Find(failure) is not var (word, advice))
        {
            return;
        }

        lock (_gate)
        {
            _last = clock.GetTimestamp();
            _began = _isRefusing ? _began : _last;
            _isRefusing = true;
            if (_said.TryGetValue(word, out var said) && clock.GetElapsedTime(said, _last) < _again)
            {
                return;
            }

            _said[word] = _last;
        }

        LogRefused(advice);
    }

    /// <summary>A write was taken. At the edge of its memory Redis takes one and refuses the next: it is over when none was refused for a while.</summary>
    public void Taken()
    {
        // Nearly always; without the lock, and without harm where it is a moment late.
        if (!_isRefusing)
        {
            return;
        }

        TimeSpan lasted;
        lock (_gate)
        {
            if (!_isRefusing || clock.GetElapsedTime(_last) < Settled)
            {
                return;
            }

            lasted = clock.GetElapsedTime(_began, _last);
            _isRefusing = false;
        }

        LogTaken(lasted.TotalSeconds);
    }

    // Orleans' storage puts Redis' sentence into its own and drops the exception.
    private static (string Word, string Advice)? Find(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            foreach (var known in _known)
            {
                var at = cause.Message.IndexOf(known.Word + " ", StringComparison.Ordinal);
                if (at == 0 || (at > 0 && cause.Message[at - 1] is ' ' or '-'))
                {
                    return known;
                }
            }
        }

        return null;
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Redis refuses writes: {Advice}. No login, code or refresh succeeds meanwhile; who is in stays in, and all goes on by itself when Redis takes writes again.")]
    private partial void LogRefused(string advice);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Redis takes writes again; it refused some for {Seconds:F0} s.")]
    private partial void LogTaken(double seconds);
}
