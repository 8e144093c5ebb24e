namespace Uitsmijter.Actors.Grains.Login.Scripts;

/// <summary>
/// Everything a provider script may use up in one run. Every limit must be chosen: there is no value that means "unlimited",
/// and a limit nobody could reach is refused like one that is missing.
/// </summary>
public sealed record ScriptLimits
{
    /// <summary>The longest <c>SCRIPT_TIMEOUT</c> that is honoured; provider calls between processes wait a little longer than this.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromMinutes(10);

    /// <summary>Wall-clock time of the whole run: waiting for a place, running, and waiting for answers of <c>fetch</c>.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Statements of the whole run, however many turns it takes.</summary>
    public required int Statements { get; init; }

    /// <summary>Bytes the run may allocate, freed or not. It bounds the live memory from above and never has to measure it.</summary>
    public required long Memory { get; init; }

    /// <summary>How often one function may be on the call stack at the same time.</summary>
    public required int Recursion { get; init; }

    /// <summary>Elements of one array.</summary>
    public required int ArraySize { get; init; }

    /// <summary>Characters one built-in function may produce in one call.</summary>
    public required int StringLength { get; init; }

    /// <summary>Levels of JSON that is parsed or committed.</summary>
    public required int JsonDepth { get; init; }

    /// <summary>Time of one regular expression match; it cannot be interrupted from outside.</summary>
    public required TimeSpan Regex { get; init; }

    /// <summary>Characters of all provider scripts of a tenant together.</summary>
    public required int SourceLength { get; init; }

    /// <summary>Bytes of JSON of one committed value, and of the profile.</summary>
    public required int Result { get; init; }

    /// <summary><c>fetch</c> calls that may be under way at once; further ones wait for a place.</summary>
    public required int ParallelFetches { get; init; }

    /// <summary><c>fetch</c> calls of the whole run; further ones reject.</summary>
    public required int Fetches { get; init; }

    /// <summary>Bytes of a response body, measured after decompression.</summary>
    public required int FetchBody { get; init; }

    /// <summary>Redirects one <c>fetch</c> follows.</summary>
    public required int Redirects { get; init; }

    /// <summary>Lines a run may write to the log.</summary>
    public required int LogLines { get; init; }

    /// <summary>Characters of one such line.</summary>
    public required int LogLineLength { get; init; }

    /// <summary>The product's limits with the operator's time limit.</summary>
    /// <param name="time"><c>SCRIPT_TIMEOUT</c>; more than <see cref="LongestTime"/> counts as that.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public static ScriptLimits For(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        return new()
        {
            Time = time < LongestTime ? time : LongestTime,
            Statements = 5_000_000,
            Memory = 8 * 1024 * 1024,
            Recursion = 500,
            ArraySize = 200_000,
            StringLength = 512 * 1024,
            JsonDepth = 100,
            Regex = TimeSpan.FromMilliseconds(250),
            SourceLength = 256 * 1024,
            Result = 64 * 1024,
            ParallelFetches = 8,
            Fetches = 50,
            FetchBody = 256 * 1024,
            Redirects = 10,
            LogLines = 100,
            LogLineLength = 2_000,
        };
    }

    /// <summary>Returns these limits if each is finite and positive.</summary>
    /// <exception cref="ArgumentException">A limit is missing, negative, or so large that it would limit nothing.</exception>
    public ScriptLimits Checked()
    {
        long[] counts = [Statements, Memory, Recursion, ArraySize, StringLength, JsonDepth, SourceLength, Result,
            ParallelFetches, Fetches, FetchBody, Redirects, LogLines, LogLineLength];
        if (counts.Any(count => count is <= 0 or >= int.MaxValue))
        {
            throw new ArgumentException("Every script limit must be between 1 and 2147483646.");
        }

        if (Time <= TimeSpan.Zero || Time > LongestTime || Regex <= TimeSpan.Zero || Regex > TimeSpan.FromSeconds(5))
        {
            throw new ArgumentException("The time limits of scripts must be positive, at most ten minutes (a run) and five seconds (a regular expression).");
        }

        return this;
    }
}
