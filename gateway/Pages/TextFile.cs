using System.Collections.Frozen;
using System.Text.Json;

namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>Reads a translation file: nested objects of texts become keys with dots (<c>LOGIN.UI.NAME</c>).</summary>
internal static class TextFile
{
    private const int MaxTexts = 5000;

    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };

    /// <summary>Reads one file.</summary>
    /// <param name="json">The file's bytes, UTF-8.</param>
    /// <exception cref="JsonException">The file is no JSON object of objects and strings, or has too many texts.</exception>
    public static FrozenDictionary<string, string> Read(ReadOnlyMemory<byte> json)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json, Lenient);
        Collect(document.RootElement, "", texts);
        return texts.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void Collect(JsonElement element, string prefix, Dictionary<string, string> texts)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"'{prefix}' must be an object or a text.");
        }

        foreach (var property in element.EnumerateObject())
        {
            var key = prefix.Length == 0 ? property.Name : $"{prefix}.{property.Name}";
            if (property.Value.ValueKind == JsonValueKind.String)
            {
                texts[key] = property.Value.GetString()!;
            }
            else
            {
                Collect(property.Value, key, texts);
            }
        }

        if (texts.Count > MaxTexts)
        {
            throw new JsonException($"More than {MaxTexts} texts.");
        }
    }
}
