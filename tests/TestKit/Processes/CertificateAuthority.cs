using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Uitsmijter.Actors.TestKit.Processes;

/// <summary>An authority of a test that signs certificates for processes, as PEM files in a directory of its own; removed with it.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    /// <summary>Makes an authority.</summary>
    public CertificateAuthority()
    {
        var request = new CertificateRequest("CN=Uitsmijter test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
        Write("ca.pem", _certificate.ExportCertificatePem());
    }

    /// <summary>Where the files are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("uitsmijter-certificates-").FullName;

    /// <summary>The authority's own certificate.</summary>
    public string Authorities => Path.Combine(Folder, "ca.pem");

    /// <summary>Signs a certificate and writes <c>NAME.pem</c> and <c>NAME-key.pem</c>.</summary>
    /// <param name="name">Name of the files.</param>
    /// <param name="dnsName">DNS name in it, or null for none.</param>
    /// <param name="begins">Days from now.</param>
    /// <param name="ends">Days from now.</param>
    /// <param name="usages">Extended key usages; servers and clients where none is given.</param>
    public (string Certificate, string Key) Sign(string name, string? dnsName, int begins = -1, int ends = 30, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        OidCollection made = [];
        foreach (var usage in usages is [] ? ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"] : usages)
        {
            made.Add(new Oid(usage));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(made, critical: false));
        if (dnsName is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dnsName);
            names.AddIpAddress(System.Net.IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(_certificate, DateTimeOffset.UtcNow.AddDays(begins), DateTimeOffset.UtcNow.AddDays(ends), RandomNumberGenerator.GetBytes(8));
        Write(name + "-key.pem", key.ExportPkcs8PrivateKeyPem());
        Write(name + ".pem", certificate.ExportCertificatePem());
        return (Path.Combine(Folder, name + ".pem"), Path.Combine(Folder, name + "-key.pem"));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // Renamed into place, as everybody who renews certificates does it: nobody reads half a file.
    private void Write(string file, string pem)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllText(path + ".new", pem);
        File.Move(path + ".new", path, overwrite: true);
    }
}
