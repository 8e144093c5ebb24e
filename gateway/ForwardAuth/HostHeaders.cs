using Microsoft.Extensions.Primitives;
using Uitsmijter.Actors.Gateway.Keys;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Gateway.ForwardAuth;

/// <summary>The headers one identity gets at one host, ready to be written: the header token and every identity header.</summary>
internal sealed class HostHeaders
{
    /// <summary>The host.</summary>
    public required string Host { get; init; }

    /// <summary>Value of <c>Authorization</c>.</summary>
    public required StringValues Authorization { get; init; }

    /// <summary>Names and values of the identity headers; every configured one, empty where there is no value.</summary>
    public required KeyValuePair<string, StringValues>[] Identity { get; init; }

    /// <summary>From when on another token should be made, in the background; in UTC ticks.</summary>
    public required long RefreshAtTicks { get; init; }

    /// <summary>From when on the token is refused; in UTC ticks.</summary>
    public required long ExpiresAtTicks { get; init; }

    /// <summary>Identity headers without anybody, for public paths and pre-flight requests: nothing a client sent survives.</summary>
    /// <param name="gate">The tenant.</param>
    public static KeyValuePair<string, StringValues>[] Nobody(TenantGate gate) =>
        [.. gate.Headers.Select(static header => KeyValuePair.Create(header.Name, new StringValues("")))];

    /// <summary>The identity headers of a person.</summary>
    /// <param name="gate">The tenant.</param>
    /// <param name="claims">The person, with the whole profile.</param>
    /// <param name="leftOut">Told the name of each header whose value is too long, and so sent empty.</param>
    public static KeyValuePair<string, StringValues>[] For(TenantGate gate, IdentityClaims claims, Action<string> leftOut) =>
        [.. gate.Headers.Select(header => KeyValuePair.Create(header.Name, new StringValues(ValueOf(claims, header, leftOut))))];

    private static string ValueOf(IdentityClaims claims, IdentityHeader header, Action<string> leftOut)
    {
        if (IdentityValue.Of(claims, header.Claim) is { } value)
        {
            return value;
        }

        leftOut(header.Name);
        return "";
    }
}
