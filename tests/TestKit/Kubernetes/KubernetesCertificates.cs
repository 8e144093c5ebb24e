using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Uitsmijter.Actors.TestKit.Kubernetes;

/// <summary>The certificate authority of a test cluster and what it issued, as the files the API server reads.</summary>
public sealed class KubernetesCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _admin;

    private KubernetesCertificates(string folder)
    {
        Folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Kubernetes tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(30));
        _admin = Issue("CN=admin, O=system:masters", isServer: false);
        Server = Issue("CN=kube-apiserver", isServer: true);
    }

    /// <summary>Where the files are: <c>ca.pem</c>, <c>server</c>, <c>admin</c> and <c>accounts</c>.</summary>
    public string Folder { get; }

    /// <summary>Certificate of a server on loopback.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>Makes and writes everything.</summary>
    /// <param name="folder">Where to.</param>
    public static KubernetesCertificates Write(string folder)
    {
        var made = new KubernetesCertificates(folder);
        File.WriteAllText(Path.Combine(folder, "ca.pem"), made._authority.ExportCertificatePem());
        made.Write("server", made.Server);
        made.Write("admin", made._admin);
        using var accounts = RSA.Create(2048);
        File.WriteAllText(Path.Combine(folder, "accounts.key"), accounts.ExportRSAPrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "accounts.pub"), accounts.ExportSubjectPublicKeyInfoPem());
        return made;
    }

    /// <summary>A handler that trusts this authority alone.</summary>
    /// <param name="withClient">Whether it shows the administrator's certificate.</param>
    public SocketsHttpHandler Handler(bool withClient) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _authority }, RevocationMode = X509RevocationMode.NoCheck },
            ClientCertificates = withClient ? [_admin] : [],
        },
    };

    /// <inheritdoc />
    public void Dispose()
    {
        _authority.Dispose();
        _admin.Dispose();
        Server.Dispose();
    }

    private void Write(string name, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Path.Combine(Folder, name + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(Folder, name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }

    private X509Certificate2 Issue(string subject, bool isServer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (isServer)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            names.AddDnsName("localhost");
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(isServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], critical: false));
        using var issued = request.Create(_authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7), RandomNumberGenerator.GetBytes(12));
        using var whole = issued.CopyWithPrivateKey(key);

        // A key that lives in memory only cannot be shown by every TLS library.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
