namespace Uitsmijter.Actors.Cluster.Tests.Nemesis;

/// <summary>One fault of a plan, all of its chance drawn.</summary>
/// <param name="Name">Which method of the <see cref="Tormentor"/> it is.</param>
/// <param name="Do">Does it.</param>
/// <param name="Time">How long it lasts; zero for one that is over when it is done.</param>
internal sealed record PlannedFault(string Name, Func<Tormentor, Task> Do, TimeSpan Time = default);
