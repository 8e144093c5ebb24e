using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;
using Uitsmijter.Actors.Hosting.Tls;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting;

/// <summary>How Redis is reached: one server, Sentinels (<c>serviceName=…</c>) or the nodes of a Redis Cluster, by what <c>REDIS_URI</c> lists.</summary>
internal static class RedisOptions
{
    /// <summary>One for a process, so that all its connections ask the Sentinels over one.</summary>
    private static readonly ConditionalWeakTable<ServerSettings, DisownedPrimaries> _disowned = [];

    /// <summary>The client library's options; a connection that is refused is tried again unless the caller says otherwise.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="clock">Judges certificates.</param>
    public static ConfigurationOptions Of(ServerSettings settings, TimeProvider clock)
    {
        var options = ConfigurationOptions.Parse(settings.RedisUri.Reveal());
        options.AbortOnConnectFail = false;
        if (settings.RedisTls is { } files)
        {
            options.Ssl = true;
            if (files.Certificate is not null)
            {
                options.CertificateSelection += (_, _, _, _, _) => PemIdentity.Read(files, out _)?.Certificate!;
            }

            if (files.Authorities is not null)
            {
                options.CertificateValidation += (_, certificate, chain, errors) => IsGood(files, certificate as X509Certificate2, chain, errors, clock.GetUtcNow());
            }
        }

        if (options.ServiceName is not null)
        {
            options.Tunnel ??= _disowned.GetValue(settings, _ => new DisownedPrimaries(options.Clone()));
        }

        return options;
    }

    // The authority is ours to judge, from the file as it is now; the name was judged by the platform.
    private static bool IsGood(TlsFiles files, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now) =>
        (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
        && PemIdentity.Read(files with { Certificate = null, Key = null }, out _) is { } believed
        && PeerCertificate.Refusal(certificate, chain, believed.Authorities, PeerCertificate.Server, now) is null;
}
