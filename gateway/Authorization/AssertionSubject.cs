using System.Buffers.Text;
using System.Text.Json;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>The client an unverified assertion names: only says whose keys have to verify it.</summary>
internal static class AssertionSubject
{
    /// <summary>The claim <c>sub</c>, or null.</summary>
    /// <param name="assertion">The JWT, from anybody.</param>
    public static string? Of(string assertion)
    {
        if (assertion.Split('.') is not [_, { Length: > 0 } payload, _] || !Base64Url.IsValid(payload))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(payload), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(JwtClaims.Subject, out var subject)
                && subject.ValueKind == JsonValueKind.String
                    ? subject.GetString()
                    : null;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
