using System.Collections.Immutable;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>The usable public keys of a JSON Web Key Set (RFC 7517 §5).</summary>
public static class ClientKeySet
{
    /// <summary>Most keys of a set that are looked at.</summary>
    public const int MostKeys = 32;

    private static readonly JsonDocumentOptions _strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads a set; keys that are not usable are left out (RFC 7517 §5), null when it is no set.</summary>
    /// <param name="json">The set, UTF-8.</param>
    public static ImmutableArray<ClientKey>? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, _strict);
            if (document.RootElement.ValueKind is not JsonValueKind.Object
                || !document.RootElement.TryGetProperty(JwkNames.Keys, out var keys)
                || keys.ValueKind is not JsonValueKind.Array)
            {
                return null;
            }

            return [.. keys.EnumerateArray().Take(MostKeys).Select(static key => ClientKey.Read(key, out _)).OfType<ClientKey>()];
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
