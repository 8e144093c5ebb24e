using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>One signing key of a tenant with the instants of its life; the private part is sealed.</summary>
public sealed record RingKey
{
    /// <summary>Unique key id: the key's RFC 7638 thumbprint.</summary>
    public required string Kid { get; init; }

    /// <summary>The one algorithm it signs with (RFC 8725 §3.1: never one key for two).</summary>
    public required SigningAlgorithm Algorithm { get; init; }

    /// <summary>From when it is published.</summary>
    public required DateTimeOffset AnnouncedAt { get; init; }

    /// <summary>From when it signs.</summary>
    public required DateTimeOffset ActivatesAt { get; init; }

    /// <summary>From when it only verifies; null while no successor is known.</summary>
    public DateTimeOffset? RetiresAt { get; init; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public required byte[] Spki { get; init; }

    /// <summary>PKCS#8, sealed by <see cref="SealRules"/>.</summary>
    public required byte[] SealedPkcs8 { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"RingKey {{ Kid = {Kid}, Algorithm = {Algorithm} }}";
}
