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
        _digest is not null
        && request.Headers.Authorization is [{ } value]
        && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(value[Scheme.Length..].Trim())), _digest);
}
