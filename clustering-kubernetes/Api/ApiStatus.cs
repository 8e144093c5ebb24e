using System.Text.Json;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Api;

/// <summary>The <c>Status</c> object of a refused request, as far as it says something to an operator.</summary>
/// <param name="Message">The API server's sentence.</param>
/// <param name="Kind">Resource it is about.</param>
/// <param name="RetryAfterSeconds">Pause it asks for, in seconds.</param>
internal sealed record ApiStatus(string? Message, string? Kind, int RetryAfterSeconds)
{
    /// <summary><see cref="Kind"/> of a missing namespace.</summary>
    public const string Namespaces = "namespaces";

    private const int Longest = 600;

    /// <summary>Reads a body; null where it is no <c>Status</c>: then no resource of ours was reached at all.</summary>
    /// <param name="body">The body.</param>
    public static ApiStatus? Read(string? body)
    {
        try
        {
            using var document = JsonDocument.Parse(body ?? "");
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") != "Status")
            {
                return null;
            }

            var details = root.TryGetProperty("details", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            var isPlain = details.ValueKind == JsonValueKind.Object;
            return new ApiStatus(
                Short(Text(root, "message")),
                isPlain ? Text(details, "kind") : null,
                isPlain && details.TryGetProperty("retryAfterSeconds", out var seconds) && seconds.TryGetInt32(out var number) ? number : 0);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Short(string? text) => text is { Length: > Longest } ? text[..Longest] + "…" : text;
}
