using System.Security.Cryptography.X509Certificates;
using Uitsmijter.Actors.Protocol.Settings;

namespace Uitsmijter.Actors.Hosting.Tls;

/// <summary>
/// What this process shows to the others of its cluster, and whom of them it believes: an unbroken chain to one of our authorities, in its time, for the side it is on,
/// and a DNS name that our own certificate has too. The files are read for every handshake; handshakes are rare, since connections stay.
/// </summary>
internal sealed partial class ClusterIdentity(TlsFiles files, TimeProvider clock, ILogger<ClusterIdentity> logger)
{
    private static readonly TimeSpan _between = TimeSpan.FromMinutes(1);
    private readonly Lock _telling = new();
    private PemIdentity? _good;
    private string? _told;
    private long _toldAt;

    /// <summary>Reads the files.</summary>
    /// <param name="problem">Why nobody would believe this process, one sentence; null when all is well.</param>
    /// <returns>What the files hold, also when it is refused for its time.</returns>
    public PemIdentity? Read(out string? problem)
    {
        if (PemIdentity.Read(files, out problem) is not { Certificate: { } own } read)
        {
            return null;
        }

        problem = PeerCertificate.Names(own).Any() ? read.WhyOutOfTime(files, clock.GetUtcNow()) : $"{files.Certificate} carries no DNS name: the processes of a cluster know each other by one they share";
        return read;
    }

    /// <summary>What is shown in a handshake: the files as they are, or as they last were good.</summary>
    /// <exception cref="InvalidOperationException">They never were good.</exception>
    public PemIdentity Current()
    {
        var read = Read(out var problem);
        if (problem is null && read is not null)
        {
            return _good = read;
        }

        if (IsNews(problem!))
        {
            LogUnusable(problem!);
        }

        return _good ?? read ?? throw new InvalidOperationException($"There is no certificate to show: {problem}");
    }

    /// <summary>Whether the other side belongs to this cluster.</summary>
    /// <param name="certificate">What it showed.</param>
    /// <param name="sent">The chain it sent.</param>
    /// <param name="usage">What it is: <see cref="PeerCertificate.Server"/> or <see cref="PeerCertificate.Client"/>.</param>
    public bool Believes(X509Certificate2? certificate, X509Chain? sent, string usage)
    {
        // Always those of now: an authority that was taken away is believed no longer, whatever is wrong with our own certificate.
        var authorities = PemIdentity.Read(files with { Certificate = null, Key = null }, out var unreadable)?.Authorities;
        var refusal = authorities is not { Count: > 0 } ? $"our authorities are not known: {unreadable}"
            : PeerCertificate.Refusal(certificate, sent, authorities, usage, clock.GetUtcNow())
            ?? (PeerCertificate.ShareName(Current().Certificate!, certificate!) ? null : "its certificate carries none of our DNS names");
        if (refusal is not null && IsNews(refusal))
        {
            LogRefused(refusal, certificate?.Subject ?? "nobody");
        }

        return refusal is null;
    }

    // Whoever is refused comes again every second: the same sentence once a minute is enough.
    private bool IsNews(string sentence)
    {
        lock (_telling)
        {
            if (sentence == _told && clock.GetElapsedTime(_toldAt) < _between)
            {
                return false;
            }

            (_told, _toldAt) = (sentence, clock.GetTimestamp());
            return true;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "The certificate of this process cannot be used: {Problem}. What was good before is shown instead, where there is any.")]
    private partial void LogUnusable(string problem);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "A process that wants to talk to the cluster is refused: {Reason} ({Subject}).")]
    private partial void LogRefused(string reason, string subject);
}
