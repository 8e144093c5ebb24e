using System.Text.Json;
using System.Text.RegularExpressions;

namespace Uitsmijter.Actors.EndToEnd.Tests;

/// <summary>Compares what a page shows with what was printed: everything shown is there. <c>…</c> stands for something, and instants are any instants.</summary>
internal static class Shown
{
    private const long AnInstant = 1_000_000_000;

    /// <summary>Fails where the page shows something else, or an answer is printed that the page does not show.</summary>
    /// <param name="json">JSON the page shows; empty for none.</param>
    /// <param name="message">Lines of an HTTP message the page shows; empty for none.</param>
    /// <param name="what">What to say in front of a failure.</param>
    /// <param name="printed">What was printed.</param>
    public static void Check(string json, string message, string what, string printed)
    {
        var lines = printed.Split('\n').Select(static line => line.TrimEnd('\r')).ToList();
        var answer = lines.SingleOrDefault(static line => line.StartsWith('{'));
        Assert.True((answer is null) == (json.Length == 0), $"The page and the answer do not both have JSON: {what}");
        if (answer is not null)
        {
            Members(JsonDocument.Parse(json).RootElement, JsonDocument.Parse(answer).RootElement, "", what);
        }

        Assert.True(lines.Exists(static line => line.StartsWith("HTTP/", StringComparison.Ordinal)) == (message.Length > 0), $"The page and the answer do not both have a message: {what}");
        Assert.All(message.Split('\n', StringSplitOptions.RemoveEmptyEntries), shown => Assert.True(lines.Exists(line => Fits(shown, line)), $"'{shown}' is not there: {what}"));
    }

    private static void Members(JsonElement shown, JsonElement answered, string path, string what)
    {
        switch (shown.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in shown.EnumerateObject())
                {
                    Assert.True(answered.TryGetProperty(member.Name, out var value), $"{path}/{member.Name} is not there: {what}");
                    Members(member.Value, value, $"{path}/{member.Name}", what);
                }

                break;
            case JsonValueKind.Array:
                Assert.True(answered.ValueKind == JsonValueKind.Array && answered.GetArrayLength() == shown.GetArrayLength(), $"{path} has other elements: {what}");
                foreach (var (one, other) in shown.EnumerateArray().Zip(answered.EnumerateArray()))
                {
                    Members(one, other, path, what);
                }

                break;
            default:
                Assert.True(shown.ValueKind == answered.ValueKind && (IsInstant(shown) ? IsInstant(answered) : Fits(shown.ToString(), answered.ToString())), $"{path} is {answered}, not {shown}: {what}");
                break;
        }
    }

    private static bool IsInstant(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number > AnInstant;

    private static bool Fits(string shown, string answered) => Regex.IsMatch(answered, $"^{Regex.Escape(shown).Replace("…", ".+", StringComparison.Ordinal)}$");
}
