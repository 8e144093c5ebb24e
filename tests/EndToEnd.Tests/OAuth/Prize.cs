using System.Net;

namespace Uitsmijter.Actors.EndToEnd.Tests.OAuth;

/// <summary>A thing that may be redeemed once.</summary>
public enum Prize
{
    /// <summary>An authorization code (RFC 6749 §4.1.2).</summary>
    Code,

    /// <summary>A refresh token: every winner gets the same successor while the grace lasts.</summary>
    RefreshToken,

    /// <summary>The code of a device whose person has agreed (RFC 8628).</summary>
    DeviceCode,

    /// <summary>The name of a pushed request (RFC 9126).</summary>
    PushedRequest,
}

/// <summary>What one of many got for the same thing.</summary>
/// <param name="Status">The answer; null where none came, which gives nobody anything.</param>
/// <param name="Won">The code, the access token, or for a refresh token its successor; null for nothing.</param>
internal readonly record struct Redemption(HttpStatusCode? Status, string? Won);
