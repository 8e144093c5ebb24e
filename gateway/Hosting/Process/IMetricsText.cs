namespace Uitsmijter.Actors.Hosting;

/// <summary>Series that are written beside the registry, because its collectors are too slow for their path.</summary>
internal interface IMetricsText
{
    /// <summary>The series in the classic Prometheus format, each line ended by a line feed.</summary>
    string Text();
}
