namespace Uitsmijter.Actors.Grains.Sessions;

/// <summary>The side of a session only silos see.</summary>
[Alias("uitsmijter.checked-session")]
internal interface ICheckedSession : IGrainWithStringKey
{
    /// <summary>Ends the session if it is idle for too long, removes its record when nothing can refer to it any more.</summary>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>When to look again; null when there is no record any more.</returns>
    [Alias("check")]
    Task<DateTimeOffset?> Check(CancellationToken cancellationToken);
}
