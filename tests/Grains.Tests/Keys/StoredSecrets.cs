using System.Text;

namespace Uitsmijter.Actors.Grains.Tests.Keys;

/// <summary>How a secret would look if it had slipped into a record.</summary>
internal static class StoredSecrets
{
    /// <summary>As text, hex, and the middle of its base64 at each of the three alignments.</summary>
    public static IEnumerable<string> FormsOf(byte[] secret)
    {
        var middle = secret.AsSpan(secret.Length / 4, Math.Min(24, secret.Length / 2)).ToArray();
        yield return Convert.ToHexString(middle);
        if (middle.All(static octet => octet is > 32 and < 127))
        {
            yield return Encoding.ASCII.GetString(middle);
        }

        for (var shift = 0; shift < 3; shift++)
        {
            yield return Convert.ToBase64String([.. new byte[shift], .. middle])[4..^4];
        }
    }
}
