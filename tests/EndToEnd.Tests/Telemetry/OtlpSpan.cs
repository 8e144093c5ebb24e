namespace Uitsmijter.Actors.EndToEnd.Tests.Telemetry;

/// <summary>One span as it arrived (opentelemetry-proto, trace.v1).</summary>
public sealed record OtlpSpan(string Scope, string Name, string TraceId, Dictionary<string, string> Attributes, int Events, string StatusMessage)
{
    /// <summary>An attribute, or null.</summary>
    public string? this[string name] => Attributes.GetValueOrDefault(name);

    /// <inheritdoc />
    public override string ToString() => $"{Scope}: {Name} {string.Join(' ', Attributes.Select(static one => $"{one.Key}={one.Value}"))}";

    internal static IEnumerable<OtlpSpan> ReadAll(byte[] request) => ProtobufField.Follow(request, 1, 2).SelectMany(static scoped =>
    {
        var scope = ProtobufField.Follow(scoped, 1, 1).Select(System.Text.Encoding.UTF8.GetString).FirstOrDefault("");
        return ProtobufField.Follow(scoped, 2).Select(span => Read(scope, span));
    });

    private static OtlpSpan Read(string scope, byte[] span)
    {
        var fields = ProtobufField.Read(span).ToArray();
        return new OtlpSpan(
            scope,
            fields.Single(static field => field.Number == 5).Text,
            Convert.ToHexStringLower(fields.Single(static field => field.Number == 1).Bytes),
            ProtobufField.Attributes(span, 9),
            fields.Count(static field => field.Number == 11),
            string.Concat(ProtobufField.Follow(span, 15, 2).Select(System.Text.Encoding.UTF8.GetString)));
    }
}
