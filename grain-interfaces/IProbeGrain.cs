namespace Uitsmijter.Actors.GrainInterfaces;

/// <summary>Answers. A process whose calls a grain answers has what a login needs of the cluster: a line, a directory, a silo that makes progress. Key: the process that asks.</summary>
[Alias("uitsmijter.probe")]
public interface IProbeGrain : IGrainWithGuidKey
{
    /// <summary>Answers, without storage and without another grain.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("answer"), Idempotent]
    Task Answer(CancellationToken cancellationToken);
}
