using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>
/// The hash that says what a session answers for: a whole tenant, or with <c>silent_login: false</c> one host of it (contract http.md §2.2).
/// It is a label and protects nothing: the cookie that carries it is signed.
/// </summary>
public static class ResponsibilityRules
{
    /// <summary>Lower-case hex SHA-1 of the tenant name, or of the host where the tenant asks for a login per host.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="host">The normalised host the session is for.</param>
    public static string Of(Tenant tenant, string host) => HashOf(tenant.SilentLogin ? tenant.Name : host);

    /// <summary>Lower-case hex SHA-1 of a text.</summary>
    /// <param name="text">The text.</param>
    internal static string HashOf(string text) =>
#pragma warning disable CA5350 // The contract's wire format; no security rests on it.
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
}
