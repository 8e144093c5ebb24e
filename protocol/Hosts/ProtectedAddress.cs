namespace Uitsmijter.Actors.Protocol.Hosts;

/// <summary>
/// Where what concerns a person or a key may travel: by TLS, or without it to this very machine (Back-Channel Logout §2.2, attack group 42). One rule for
/// what configuration may say and for what is done with it later.
/// </summary>
public static class ProtectedAddress
{
    /// <summary>Judges an address.</summary>
    /// <param name="uri">Absolute or not.</param>
    public static bool Is(Uri uri) =>
        uri.IsAbsoluteUri && uri.UserInfo.Length == 0 && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsThisMachine(uri.Host)));

    /// <summary>Names below <c>localhost</c> never leave the machine either (RFC 6761 §6.3).</summary>
    private static bool IsThisMachine(string host) => host is "localhost" or "127.0.0.1" or "[::1]" || host.EndsWith(".localhost", StringComparison.Ordinal);
}
