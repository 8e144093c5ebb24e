using System.Net.Security;
using System.Security.Authentication;
using Orleans.Connections.Security;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting.Tls;

/// <summary>Puts TLS under the connections of a cluster, where the settings ask for it. Both sides always show a certificate: there is no half of it.</summary>
internal static class ClusterTls
{
    /// <summary>Adds what this process shows, and what holds its start until there is something to show.</summary>
    /// <param name="services">The services of the process, before Orleans is added: it starts after what is added here.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>False where connections stay as they are.</returns>
    public static bool AddTo(IServiceCollection services, ServerSettings settings)
    {
        if (settings.ClusterTls is not { } files)
        {
            return false;
        }

        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ClusterIdentity>(provider, files));
        services.AddHostedService<ClusterIdentityWatch>();
        return true;
    }

    /// <summary>How a handshake goes on the side that was connected to.</summary>
    /// <param name="identity">What is shown and believed.</param>
    public static TlsOptions Accepting(ClusterIdentity identity)
    {
        var options = Options(identity, PeerCertificate.Client);
        options.OnAuthenticateAsServer = (_, handshake) =>
        {
            // The context sends what stands between our certificate and its authority; a bare certificate would not.
            var server = (SslServerAuthenticationOptions)handshake.SslServerAuthenticationOptions;
            server.ServerCertificateSelectionCallback = null;
            server.ServerCertificate = null;
            server.ServerCertificateContext = identity.Current().Context;
            server.ClientCertificateRequired = true;
        };
        return options;
    }

    /// <summary>How a handshake goes on the side that connects.</summary>
    /// <param name="identity">What is shown and believed.</param>
    public static TlsOptions Connecting(ClusterIdentity identity)
    {
        var options = Options(identity, PeerCertificate.Server);
        options.OnAuthenticateAsClient = (_, handshake) =>
        {
            var own = identity.Current();
            var client = (SslClientAuthenticationOptions)handshake.SslClientAuthenticationOptions;
            client.ClientCertificateContext = own.Context;

            // Silos are addressed by number. What the other side has to be called is judged by the name it shares with us.
            client.TargetHost = PeerCertificate.Names(own.Certificate!).First();
        };
        return options;
    }

    private static TlsOptions Options(ClusterIdentity identity, string peer) => new()
    {
        SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,

        // "Required" would be asked of a fixed certificate when the process starts; what is sent is set with each handshake, and the other side insists on it.
        ClientCertificateMode = RemoteCertificateMode.AllowCertificate,
        LocalServerCertificateSelector = (_, _) => identity.Current().Certificate!,
        LocalClientCertificateSelector = (_, _, _, _, _) => identity.Current().Certificate!,
        RemoteCertificateValidation = (certificate, chain, _) => identity.Believes(certificate, chain, peer),
    };
}
