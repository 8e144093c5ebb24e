using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Uitsmijter.Actors.Hosting;

/// <summary>One address a process listens on, and the variable that moves it elsewhere.</summary>
/// <param name="Host">An IP address, <c>localhost</c>, or anything else for all interfaces.</param>
/// <param name="Port">TCP port; 0 lets the system choose.</param>
/// <param name="IsHttps">True for TLS with the certificate of <c>ASPNETCORE_Kestrel__Certificates__Default__Path</c>.</param>
/// <param name="Variable">Name of the variable an operator changes when the port is taken.</param>
internal sealed record ListenAddress(string Host, int Port, bool IsHttps, string Variable)
{
    private const string UrlsVariable = "ASPNETCORE_URLS";
    private const string ManagementHostVariable = "MANAGEMENT_HOST";
    private const string ManagementPortVariable = "MANAGEMENT_PORT";
    private const string DefaultUrls = "http://127.0.0.1:8080";

    /// <summary>The addresses of the public listener: <c>ASPNETCORE_URLS</c>, else loopback on port 8080.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <exception cref="FormatException">The variable is not a list of http or https addresses.</exception>
    public static IReadOnlyList<ListenAddress> Public(Func<string, string?> variable)
    {
        var text = variable(UrlsVariable);
        return [.. (string.IsNullOrWhiteSpace(text) ? DefaultUrls : text)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ParseUrl)];
    }

    /// <summary>The address of the management listener: <c>MANAGEMENT_HOST</c> (loopback when unset) and <c>MANAGEMENT_PORT</c>.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="port">The port from the settings.</param>
    public static ListenAddress Management(Func<string, string?> variable, int port)
    {
        var host = variable(ManagementHostVariable);
        return new ListenAddress(string.IsNullOrWhiteSpace(host) ? "127.0.0.1" : host.Trim(), port, false, ManagementPortVariable);
    }

    /// <summary>Opens the address in Kestrel.</summary>
    /// <param name="kestrel">The server's options.</param>
    public void Open(KestrelServerOptions kestrel)
    {
        if (IPAddress.TryParse(Host.Trim('[', ']'), out var address))
        {
            kestrel.Listen(address, Port, Secure);
        }
        else if (Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && Port != 0)
        {
            kestrel.ListenLocalhost(Port, Secure);
        }
        else if (Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            // The system can choose a port on one address only.
            kestrel.Listen(IPAddress.Loopback, Port, Secure);
        }
        else
        {
            kestrel.Listen(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, Port, Secure);
        }
    }

    /// <inheritdoc />
    public override string ToString() => $"{(IsHttps ? "https" : "http")}://{Host}:{Port}";

    private static ListenAddress ParseUrl(string url)
    {
        BindingAddress parsed;
        try
        {
            parsed = BindingAddress.Parse(url);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"{UrlsVariable} is no list of addresses such as {DefaultUrls}: '{url}' cannot be read.", exception);
        }

        var https = parsed.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        if (!https && !parsed.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || parsed.IsUnixPipe || parsed.IsNamedPipe || parsed.PathBase.Length > 0)
        {
            throw new FormatException($"{UrlsVariable} takes http and https addresses without a path: '{url}' is none.");
        }

        return new ListenAddress(parsed.Host, parsed.Port, https, UrlsVariable);
    }

    private void Secure(ListenOptions options)
    {
        options.Protocols = KestrelLimits.Protocols(IsHttps);
        if (IsHttps)
        {
            options.UseHttps();
        }
    }
}
