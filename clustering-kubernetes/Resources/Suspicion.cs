namespace Uitsmijter.Actors.Clustering.Kubernetes.Resources;

/// <summary>A vote that a silo is dead.</summary>
/// <param name="By">The silo that voted.</param>
/// <param name="At">When.</param>
internal sealed record Suspicion(string By, string At);
