namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>What a test's own is in a documented proxy configuration: addresses, hosts, certificates.</summary>
public sealed record ProxySite
{
    /// <summary>Loopback address the proxy listens at. Proxies of one server share a port, because login addresses carry it, and differ here.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>Hosts of protected applications.</summary>
    public required IReadOnlyList<string> ApplicationHosts { get; init; }

    /// <summary>Hosts of login pages.</summary>
    public required IReadOnlyList<string> LoginHosts { get; init; }

    /// <summary>Our server.</summary>
    public required Uri Server { get; init; }

    /// <summary>The protected application.</summary>
    public required Uri Application { get; init; }

    /// <summary>Folder with <c>cert.pem</c> and <c>key.pem</c>; null for plain http.</summary>
    public string? Certificates { get; init; }
}
