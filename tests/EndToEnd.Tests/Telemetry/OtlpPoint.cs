namespace Uitsmijter.Actors.EndToEnd.Tests.Telemetry;

/// <summary>One point of a metric as it arrived (opentelemetry-proto, metrics.v1).</summary>
public sealed record OtlpPoint(string Metric, Dictionary<string, string> Labels, double Value)
{
    // Where a metric keeps its points, and where a point keeps its labels.
    private static readonly (int Data, int Labels)[] _kinds = [(5, 7), (7, 7), (9, 9), (10, 1)];

    /// <inheritdoc />
    public override string ToString() => $"{Metric}{{{string.Join(',', Labels.Select(static one => $"{one.Key}={one.Value}"))}}} {Value}";

    internal static IEnumerable<OtlpPoint> ReadAll(byte[] request) => ProtobufField.Follow(request, 1, 2, 2).SelectMany(static metric =>
    {
        var name = ProtobufField.Read(metric).First(static field => field.Number == 1).Text;
        return _kinds.SelectMany(kind => ProtobufField.Follow(metric, kind.Data, 1).Select(point => Read(name, point, kind.Labels)));
    });

    private static OtlpPoint Read(string name, byte[] point, int labels)
    {
        var number = ProtobufField.Read(point).Where(static field => field.Number is 4 or 6 && field.Bytes.Length == 0).FirstOrDefault();
        return new OtlpPoint(name, ProtobufField.Attributes(point, labels), number.Number == 6 ? (long)number.Value : number.Double);
    }
}
