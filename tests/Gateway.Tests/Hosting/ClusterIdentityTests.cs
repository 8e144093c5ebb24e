using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Uitsmijter.Actors.Hosting.Tls;
using Uitsmijter.Actors.Protocol.Settings;
using Uitsmijter.Actors.TestKit.Processes;

namespace Uitsmijter.Actors.Gateway.Tests.Hosting;

/// <summary>Whom a process believes, from files that change under it (decision 0074).</summary>
public sealed class ClusterIdentityTests : IDisposable
{
    private const string Name = "cluster.uitsmijter.test";
    private readonly CertificateAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void an_authority_that_was_taken_away_is_believed_no_longer_although_the_own_certificate_has_ended()
    {
        using var next = new CertificateAuthority();
        using var peer = Peer(_authority);
        var (certificate, key) = _authority.Sign("own", Name);
        var identity = Identity(certificate, key);
        Assert.True(identity.Believes(peer, null, PeerCertificate.Client));

        _authority.Sign("own", Name, begins: -30, ends: -1);
        File.Copy(next.Authorities, _authority.Authorities, overwrite: true);
        using var newcomer = Peer(next);

        Assert.False(identity.Believes(peer, null, PeerCertificate.Client));
        Assert.True(identity.Believes(newcomer, null, PeerCertificate.Client));
    }

    [Fact]
    public void nobody_is_believed_while_the_authorities_cannot_be_read()
    {
        using var peer = Peer(_authority);
        var (certificate, key) = _authority.Sign("own", Name);
        var identity = Identity(certificate, key);

        File.Delete(_authority.Authorities);

        Assert.False(identity.Believes(peer, null, PeerCertificate.Client));
    }

    [Theory]
    [InlineData(PeerCertificate.Client, true)]
    [InlineData(PeerCertificate.Server, false)]
    public void a_certificate_made_for_one_side_is_not_believed_on_the_other(string usage, bool isBelieved)
    {
        var (certificate, key) = _authority.Sign("own", Name);
        var (shown, _) = _authority.Sign("peer", Name, usages: PeerCertificate.Client);
        using var peer = X509CertificateLoader.LoadCertificateFromFile(shown);

        Assert.Equal(isBelieved, Identity(certificate, key).Believes(peer, null, usage));
    }

    [Fact]
    public void a_certificate_that_ended_or_is_missing_is_not_believed()
    {
        var (certificate, key) = _authority.Sign("own", Name);
        var (shown, _) = _authority.Sign("peer", Name, begins: -30, ends: -1);
        using var peer = X509CertificateLoader.LoadCertificateFromFile(shown);
        var identity = Identity(certificate, key);

        Assert.False(identity.Believes(peer, null, PeerCertificate.Client));
        Assert.False(identity.Believes(null, null, PeerCertificate.Client));
    }

    private static X509Certificate2 Peer(CertificateAuthority authority) => X509CertificateLoader.LoadCertificateFromFile(authority.Sign("peer", Name).Certificate);

    private ClusterIdentity Identity(string certificate, string key) =>
        new(new TlsFiles(certificate, key, _authority.Authorities), TimeProvider.System, NullLogger<ClusterIdentity>.Instance);
}
