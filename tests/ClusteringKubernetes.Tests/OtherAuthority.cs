using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Uitsmijter.Actors.ClusteringKubernetes.Tests;

/// <summary>A certificate authority that issued nothing here, as a file.</summary>
internal sealed class OtherAuthority : IDisposable
{
    public OtherAuthority(string folder)
    {
        Path = System.IO.Path.Combine(folder, "other.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody else", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path, certificate.ExportCertificatePem());
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
