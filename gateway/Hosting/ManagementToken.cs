using System.Security.Cryptography;
using System.Text;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Gateway.Hosting;

/// <summary>
/// The credential of whoever operates this server over the management port (design: everything but health and metrics there needs one).
/// Without one there are no operations.
/// </summary>
internal sealed class ManagementToken
{
    private const string Scheme = "Bearer ";
    private const string BrowserScheme = "Basic ";

    private readonly byte[]? _digest;

    private ManagementToken(Secret? token) => _digest = token is null ? null : SHA256.HashData(token.RevealBytes());

    /// <summary>Whether operations exist at all.</summary>
    public bool IsSet => _digest is not null;

    /// <summary>Reads the credential from the setting or from the file it names.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="problem">Why the process must not start, one sentence; null when all is well.</param>
    public static ManagementToken Read(ServerSettings settings, out string? problem) => new(Secret(settings, out problem));

    /// <summary>The credential itself, for the command line.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    public static Secret? Secret(ServerSettings settings, out string? problem)
    {
        problem = null;
        if (settings.ManagementTokenFile is not { } file)
        {
            return settings.ManagementToken;
        }

        try
        {
            // Editors and "kubectl create secret" end a file with a line break nobody means.
            var token = new Secret(File.ReadAllText(file).TrimEnd('\r', '\n'));
            problem = token.ByteLength < ServerSettings.LeastManagementTokenBytes
                ? $"MANAGEMENT_TOKEN_FILE holds {token.ByteLength} bytes: use at least {ServerSettings.LeastManagementTokenBytes} random ones."
                : null;
            return token;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = $"MANAGEMENT_TOKEN_FILE cannot be read: {failure.Message}";
            return null;
        }
    }

    /// <summary>Whether a request brings the credential. Takes the same time however much of it is right.</summary>
    /// <param name="request">The request.</param>
    public bool IsBroughtBy(HttpRequest request) =>
        request.Headers.Authorization is [{ } value]
        && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && IsRight(value[Scheme.Length..].Trim());

    /// <summary>
    /// Whether a browser brings the credential, as the password of a dialog (RFC 7617), whatever name was typed. Only for pages that show something: a browser sends it along
    /// with whatever a foreign page makes it ask for.
    /// </summary>
    /// <param name="request">The request.</param>
    public bool IsTypedInto(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } value] || !value.StartsWith(BrowserScheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var pair = new byte[value.Length];
        return Convert.TryFromBase64String(value[BrowserScheme.Length..].Trim(), pair, out var length)
            && Encoding.UTF8.GetString(pair, 0, length).Split(':', 2) is [_, var password]
            && IsRight(password);
    }

    private bool IsRight(string token) => _digest is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), _digest);
}
