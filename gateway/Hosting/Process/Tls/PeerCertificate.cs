using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Uitsmijter.Actors.Hosting.Tls;

/// <summary>Whether the certificate at the other end of a connection is good. Pure: time and authorities come in.</summary>
internal static class PeerCertificate
{
    /// <summary>Extended key usage of a side that was connected to (RFC 5280 §4.2.1.12).</summary>
    public const string Server = "1.3.6.1.5.5.7.3.1";

    /// <summary>Extended key usage of a side that connected.</summary>
    public const string Client = "1.3.6.1.5.5.7.3.2";

    /// <summary>Why a certificate is refused, or null when it comes from an authority, is in its time and made for this side.</summary>
    /// <param name="certificate">What the other side showed, or null.</param>
    /// <param name="sent">The chain the other side sent with it, or null.</param>
    /// <param name="authorities">Who may have signed; empty: the operating system's authorities.</param>
    /// <param name="usage"><see cref="Server"/> or <see cref="Client"/>: what the other side is.</param>
    /// <param name="now">The time.</param>
    public static string? Refusal(X509Certificate2? certificate, X509Chain? sent, X509Certificate2Collection authorities, string usage, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return "it showed no certificate";
        }

        if (now.UtcDateTime > certificate.NotAfter.ToUniversalTime())
        {
            return $"its certificate ended on {certificate.NotAfter.ToUniversalTime():u}";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
        if (authorities.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        foreach (var between in sent?.ChainPolicy.ExtraStore ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(between);
        }

        return chain.Build(certificate)
            ? null
            : "its certificate is not good: " + string.Join(", ", chain.ChainStatus.Select(static status => status.Status.ToString()).Distinct(StringComparer.Ordinal));
    }

    /// <summary>
    /// Whether two certificates carry a DNS name in common. An authority that signs for a whole company must not make everybody there a member of the cluster.
    /// </summary>
    /// <param name="one">A certificate.</param>
    /// <param name="other">Another.</param>
    public static bool ShareName(X509Certificate2 one, X509Certificate2 other) => Names(one).Intersect(Names(other), StringComparer.OrdinalIgnoreCase).Any();

    /// <summary>The DNS names of a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    public static IEnumerable<string> Names(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names => names.EnumerateDnsNames());
}
