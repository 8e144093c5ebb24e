using System.Net;

namespace Uitsmijter.Actors.Hosting;

/// <summary>What one Sentinel says of a service.</summary>
/// <param name="Primary">Whom it names as the primary.</param>
/// <param name="Servers">
/// What it knows of the replicas, and of the primary, as <c>SENTINEL REPLICAS</c> and <c>SENTINEL MASTER</c> tell it: in the middle of a fail-over the latter is still the one that was replaced.
/// </param>
internal sealed record SentinelWord(EndPoint? Primary, IReadOnlyList<IReadOnlyDictionary<string, string>> Servers);
