using System.Security.Cryptography;
using System.Text;

namespace Uitsmijter.Actors.Clustering.Kubernetes.Resources;

/// <summary>
/// Names of the objects. Kubernetes allows lower-case letters, digits, dashes and dots (RFC 1123); an id with anything else is spelled with
/// dashes and ends with a digest of the id, so that two ids never share an object.
/// </summary>
internal static class ObjectName
{
    // Also a label's value, which ends at 63 characters.
    private const int Longest = 63;
    private const int DigestCharacters = 16;

    /// <summary>Name of a cluster's object.</summary>
    /// <param name="clusterId"><c>ClusterOptions.ClusterId</c>.</param>
    public static string OfCluster(string clusterId)
    {
        var plain = Plain(clusterId);
        if (plain == clusterId && plain.Length <= Longest)
        {
            return plain;
        }

        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(clusterId)))[..DigestCharacters];
        var start = plain.Length > Longest - DigestCharacters - 1 ? plain[..(Longest - DigestCharacters - 1)] : plain;
        return start.Length == 0 ? digest : $"{start}-{digest}";
    }

    /// <summary>Name of a silo's heartbeat.</summary>
    /// <param name="clusterId">The silo's cluster.</param>
    /// <param name="silo">The silo.</param>
    public static string OfHeartbeat(string clusterId, SiloAddress silo) => $"{OfCluster(clusterId)}-{Plain(silo.ToParsableString())}";

    // Dots separate parts that begin and end with a letter or digit; a dash never stands at such an end.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text.ToLowerInvariant())
        {
            var isLetter = char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character);
            var isAfterLetter = plain.Length > 0 && char.IsAsciiLetterOrDigit(plain[^1]);
            plain.Append(isLetter || (character == '.' && isAfterLetter) ? character : '-');
        }

        return plain.Replace(".-", "--").Replace("-.", "--").ToString().Trim('-', '.');
    }
}
