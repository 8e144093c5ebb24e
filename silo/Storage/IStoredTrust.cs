namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>Whether what storage said of single-use records may be believed: not while it may have gone back to an earlier state and not every silo has said what it saw used up (docs/decisions/0082).</summary>
internal interface IStoredTrust
{
    /// <summary>Ends when what was read before this call may be judged by what all silos know.</summary>
    /// <exception cref="TimeoutException">Not every silo has said yet what it knows, or Redis does not answer.</exception>
    /// <exception cref="StackExchange.Redis.RedisException">Nobody can tell.</exception>
    Task OfRead();

    /// <summary>
    /// The same for what was read some time ago and is about to be used up. Costs nothing while this silo has looked within the last moments: it is about one that stood still, woke with a whole record
    /// in its memory, and meets a storage that has gone back to that very version.
    /// </summary>
    /// <inheritdoc cref="OfRead" path="/exception"/>
    Task OfMemory();
}
