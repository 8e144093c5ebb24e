using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>A key to generate.</summary>
/// <param name="Algorithm">What for.</param>
/// <param name="ActivatesAt">From when it signs.</param>
public sealed record NewKey(SigningAlgorithm Algorithm, DateTimeOffset ActivatesAt);
