using System.Globalization;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Resources;

/// <summary>Instants as text (RFC 3339), to the tick.</summary>
internal static class Instant
{
    /// <summary>Writes an instant; one that does not say what it is, is UTC, as everywhere in Orleans.</summary>
    /// <param name="time">The instant.</param>
    public static string Write(DateTime time) =>
        (time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc)).ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Reads an instant.</summary>
    /// <param name="text">As <see cref="Write"/> made it.</param>
    public static DateTime Read(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
}
