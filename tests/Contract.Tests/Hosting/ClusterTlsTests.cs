using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Contract.Tests.Hosting;

/// <summary>Silo and gateway that show each other certificates, and who is refused then (issue 4: mutual TLS; expired or missing certificates).</summary>
public sealed class ClusterTlsTests : IDisposable
{
    private const string Silo = "Uitsmijter.Actors.Silo";
    private const string Gateway = "Uitsmijter.Actors.Gateway";
    private const string Name = "cluster.uitsmijter.test";

    private readonly CertificateAuthority _authority = new();
    private readonly int[] _ports = Ports.Free(2);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task silo_and_gateway_meet_where_both_show_a_certificate_and_nobody_else_gets_in()
    {
        await using var silo = ServerProcess.Start(Silo, Member("silo"));
        using var siloReady = await silo.Answers("/health/ready", HttpStatusCode.NoContent);
        await using var gateway = ServerProcess.Start(Gateway, Member("gateway"));
        using var ready = await gateway.Answers("/health/ready", HttpStatusCode.NoContent);

        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _ports[1]);
        await using var stream = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, static (_, shown, _, _) => shown is not null);

        // TLS 1.3 tells a client that its certificate is missing with the first thing it reads.
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await stream.AuthenticateAsClientAsync(Name);
            await stream.WriteAsync(new byte[16]);
            if (await stream.ReadAsync(new byte[16]) == 0)
            {
                throw new IOException("closed");
            }
        });
        Assert.True(refused is IOException or AuthenticationException, refused.ToString());
        await silo.Says("Authentication failed");
    }

    [Theory]
    [InlineData("stranger", "its certificate is not good: .*(UntrustedRoot|PartialChain|NotSignatureValid)")]
    [InlineData("other-name", "its certificate carries none of our DNS names")]
    [InlineData("server-only", "its certificate is not good: NotValidForUsage")]
    public async Task a_gateway_with_a_certificate_that_is_not_ours_gets_in_nowhere(string kind, string reason)
    {
        using var elsewhere = new CertificateAuthority();
        await using var silo = ServerProcess.Start(Silo, Member("silo"));
        using var siloReady = await silo.Answers("/health/ready", HttpStatusCode.NoContent);
        var shown = kind switch
        {
            "stranger" => elsewhere.Sign("gateway", Name),
            "other-name" => _authority.Sign("gateway", "shop.example.test"),
            _ => _authority.Sign("gateway", Name, usages: "1.3.6.1.5.5.7.3.1"),
        };
        await using var gateway = ServerProcess.Start(Gateway, Settings(shown));

        var line = await silo.Says("wants to talk to the cluster is refused");
        using var waiting = await gateway.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);
        using var alive = await gateway.Answers("/health", HttpStatusCode.NoContent);

        Assert.Matches(reason, line);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_gateway_without_tls_gets_in_nowhere()
    {
        await using var silo = ServerProcess.Start(Silo, Member("silo"));
        using var siloReady = await silo.Answers("/health/ready", HttpStatusCode.NoContent);
        await using var gateway = ServerProcess.Start(Gateway, Settings(null));

        await gateway.Says("The cluster cannot be reached");
        using var waiting = await gateway.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task a_certificate_that_is_missing_or_has_ended_is_one_line_and_needs_no_restart_once_it_is_renewed()
    {
        var settings = Member("gateway");
        File.Delete(settings["ORLEANS_TLS_KEY"]);
        await using var silo = ServerProcess.Start(Silo, Member("silo"));
        using var siloReady = await silo.Answers("/health/ready", HttpStatusCode.NoContent);
        await using var gateway = ServerProcess.Start(Gateway, settings);

        var missing = await gateway.Says("Nobody in the cluster would believe this process");
        using var alive = await gateway.Answers("/health", HttpStatusCode.NoContent);
        using var waiting = await gateway.Answers("/health/ready", HttpStatusCode.ServiceUnavailable);
        _authority.Sign("gateway", Name, begins: -30, ends: -1);
        await gateway.Says("gateway.pem ended on");
        _authority.Sign("gateway", Name);
        using var ready = await gateway.Answers("/health/ready", HttpStatusCode.NoContent);

        Assert.Contains("gateway-key.pem cannot be read", missing, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task half_of_the_files_refuses_the_start_with_a_sentence()
    {
        var settings = Member("silo");
        settings.Remove("ORLEANS_TLS_CA");
        await using var silo = ServerProcess.Start(Silo, settings);

        Assert.Equal(2, await silo.Ends());
        Assert.Contains("ORLEANS_TLS_CERTIFICATE, ORLEANS_TLS_KEY and ORLEANS_TLS_CA belong together", silo.Output, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Member(string name) => Settings(_authority.Sign(name, Name));

    private Dictionary<string, string> Settings((string Certificate, string Key)? shown)
    {
        var settings = new Dictionary<string, string> { ["ORLEANS_SILO_PORT"] = $"{_ports[0]}", ["ORLEANS_GATEWAY_PORT"] = $"{_ports[1]}" };
        if (shown is { } files)
        {
            settings["ORLEANS_TLS_CERTIFICATE"] = files.Certificate;
            settings["ORLEANS_TLS_KEY"] = files.Key;
            settings["ORLEANS_TLS_CA"] = _authority.Authorities;
        }

        return settings;
    }
}
