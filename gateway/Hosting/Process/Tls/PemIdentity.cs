using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting.Tls;

/// <summary>What this process shows of itself and whom it believes, as it stood in the files at one moment.</summary>
internal sealed class PemIdentity
{
    private PemIdentity(X509Certificate2? certificate, X509Certificate2Collection between, X509Certificate2Collection authorities)
    {
        Certificate = certificate;
        Authorities = authorities;
        Context = certificate is null ? null : SslStreamCertificateContext.Create(certificate, between, offline: true);
    }

    /// <summary>The own certificate with its key, or null where none is shown.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>The own certificate as it is sent: with those between it and its authority.</summary>
    public SslStreamCertificateContext? Context { get; }

    /// <summary>Who may have signed the other side's certificate; empty: the operating system's authorities.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>How long before its end a certificate is warned of: who renews has renewed by then.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromDays(3);

    /// <summary>Why the own certificate is good at no such time, one sentence that names the file; null when it is good, or none is shown.</summary>
    /// <param name="files">Where it was read.</param>
    /// <param name="at">The time.</param>
    public string? WhyOutOfTime(TlsFiles files, DateTimeOffset at) => Certificate is not { } own ? null
        : at.UtcDateTime < own.NotBefore.ToUniversalTime() ? $"{files.Certificate} is not good before {own.NotBefore.ToUniversalTime():u}"
        : at.UtcDateTime > own.NotAfter.ToUniversalTime() ? $"{files.Certificate} ended on {own.NotAfter.ToUniversalTime():u}"
        : null;

    /// <summary>Reads the files.</summary>
    /// <param name="files">Their paths.</param>
    /// <param name="problem">What is wrong, one sentence that names the file; null when all is well.</param>
    public static PemIdentity? Read(TlsFiles files, out string? problem)
    {
        var file = files.Certificate;
        try
        {
            X509Certificate2? certificate = null;
            X509Certificate2Collection between = [];
            if (files is { Certificate: { } shown, Key: { } key })
            {
                between.ImportFromPemFile(shown);
                file = key;
                certificate = X509Certificate2.CreateFromPemFile(shown, key);
                between.RemoveAt(0);
            }

            X509Certificate2Collection authorities = [];
            if (files.Authorities is { } believed)
            {
                file = believed;
                authorities.ImportFromPemFile(believed);
                if (authorities.Count == 0)
                {
                    problem = $"{file} holds no certificate";
                    return null;
                }
            }

            problem = null;
            return new PemIdentity(certificate, between, authorities);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // Messages of the framework name paths and reasons, never what is in a key.
            problem = failure is IOException or UnauthorizedAccessException ? $"{file} cannot be read: {failure.Message}" : $"{file} is no PEM file of what it should be: {failure.Message}";
            return null;
        }
    }
}
