using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Uitsmijter.Actors.Grains;

/// <summary>The one JSON dialect of stored state; what it writes today must be readable by every later version.</summary>
public static class StoredJson
{
    /// <summary>The dialect by itself, for sizes and comparisons of content.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    /// <summary>Applies the dialect to a storage serializer's options.</summary>
    /// <param name="options">Options that are not in use yet.</param>
    public static void Configure(JsonSerializerOptions options)
    {
        // Reflection on purpose: generated code forgets the initial values of init-only properties that an older record lacks.
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        options.WriteIndented = false;
        // The records are never embedded in HTML; the relaxed encoder keeps non-ASCII names short.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions { IncludeFields = true };
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
