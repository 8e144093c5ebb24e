using System.Buffers.Text;
using System.Security.Cryptography;

namespace Uitsmijter.Actors.Grains.Grants;

/// <summary>Random ids of grants and tokens; they open nothing by themselves.</summary>
internal static class GrantIds
{
    /// <summary>128 random bits, 22 characters.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
}
