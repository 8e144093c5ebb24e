using System.Text.Json;
using Uitsmijter.Actors.Protocol.Keys;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Gateway.Authorization;

/// <summary>The client an unverified assertion names: only says whose keys have to verify it.</summary>
internal static class AssertionSubject
{
    /// <summary>The claim <c>sub</c>, or null.</summary>
    /// <param name="assertion">The JWT, from anybody.</param>
    public static string? Of(string assertion)
    {
        if (assertion.Split('.') is not [_, var part, _] || JoseReading.Bytes(part) is not { } payload)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            return JoseReading.Text(document.RootElement, JwtClaims.Subject);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
