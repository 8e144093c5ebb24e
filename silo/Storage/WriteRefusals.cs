using Microsoft.Extensions.Logging;

namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>
/// Says that Redis refuses writes, with what it is refused for and what to do, and that it takes them again: once each, and once a minute while it lasts. Every request that fails meanwhile has its own
/// line, in which the cause is the last of several (bad input "Redis that refuses writes").
/// </summary>
internal sealed partial class WriteRefusals(TimeProvider clock, ILogger<WriteRefusals> logger)
{
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
    private string? _word;
    private long _began;
    private long _said;

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
            if (_word == word && clock.GetElapsedTime(_said) < _again)
            {
                return;
            }

            _began = _word is null ? clock.GetTimestamp() : _began;
            (_word, _said) = (word, clock.GetTimestamp());
        }

        LogRefused(advice);
    }

    /// <summary>A write was taken.</summary>
    public void Taken()
    {
        // Nearly always; without the lock, and without harm where it is a moment late.
        if (Volatile.Read(ref _word) is null)
        {
            return;
        }

        TimeSpan lasted;
        lock (_gate)
        {
            if (_word is null)
            {
                return;
            }

            lasted = clock.GetElapsedTime(_began);
            _word = null;
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

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Redis refuses writes: {Advice}. Nobody is let in and no token is given meanwhile; who is in stays in, and all goes on by itself when Redis takes writes again.")]
    private partial void LogRefused(string advice);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Redis takes writes again, after {Seconds:F0} s.")]
    private partial void LogTaken(double seconds);
}
