namespace Uitsmijter.Actors.Silo.Storage;

/// <summary>Notices that storage went back.</summary>
internal interface IStorageWatch
{
    /// <summary>Ends when what was read before the call may be judged by what all silos know.</summary>
    /// <exception cref="TimeoutException">Storage went back, and not every silo has said yet what it knows.</exception>
    Task Trust();
}
