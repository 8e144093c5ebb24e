using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Uitsmijter.Actors.EndToEnd.Tests.Proxies;

/// <summary>A self-signed certificate for the hosts of a test, as the PEM files proxies read.</summary>
internal static class Certificate
{
    /// <summary>Writes <c>cert.pem</c> and <c>key.pem</c> into a directory.</summary>
    public static void Write(string directory, IEnumerable<string> hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Uitsmijter tests", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(Path.Combine(directory, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
