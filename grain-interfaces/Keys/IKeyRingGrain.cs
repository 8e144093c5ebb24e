using System.Collections.Immutable;
using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.GrainInterfaces.Keys;

/// <summary>
/// The signing keys of one tenant through their life: announced, active, verify-only, removed. Key: tenant name.
/// Private keys are encrypted at rest and leave the grain only sealed.
/// </summary>
[Alias("uitsmijter.key-ring")]
public interface IKeyRingGrain : IGrainWithStringKey
{
    /// <summary>What a gateway needs to verify and to seal for this tenant; makes the first key when the tenant's algorithm needs one.</summary>
    /// <param name="algorithm">The tenant's algorithm, or what a client chose; the ring makes a key of it when it has none.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("read"), Idempotent]
    Task<TenantKeys> Read(SigningAlgorithm algorithm, CancellationToken cancellationToken);

    /// <summary>The active private key, sealed under <c>KEY_ENCRYPTION_SECRET</c>; only silos can open it.</summary>
    /// <param name="algorithm">The tenant's algorithm, or what a client chose.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("read-sealed"), Idempotent]
    Task<SealedSigningKey> ReadSealed(SigningAlgorithm algorithm, CancellationToken cancellationToken);

    /// <summary>Announces the next key now; it becomes active when every mirror has had time to learn it.</summary>
    /// <param name="algorithm">The tenant's algorithm, or what a client chose.</param>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    /// <returns>The <c>kid</c> of the announced key.</returns>
    [Alias("rotate")]
    Task<string> Rotate(SigningAlgorithm algorithm, CancellationToken cancellationToken);
}

/// <summary>Signs for one tenant in the silo. Key: tenant name; a stateless worker with the opened key per ring version.</summary>
[Alias("uitsmijter.signing")]
public interface ISigningGrain : IGrainWithStringKey
{
    /// <summary>Signs a JWT with the tenant's active asymmetric key.</summary>
    /// <param name="request">Type and claims.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("sign"), Idempotent]
    Task<string> Sign(SigningRequest request, CancellationToken cancellationToken);
}

/// <summary>A token to sign.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.keys.signing-request")]
public sealed record SigningRequest
{
    /// <summary>Header parameter <c>typ</c>.</summary>
    [Id(0)] public required string Type { get; init; }

    /// <summary>The claims as one JSON object.</summary>
    [Id(1)] public required string ClaimsJson { get; init; }

    /// <summary>The tenant's algorithm, or what the client chose.</summary>
    [Id(2)] public required SigningAlgorithm Algorithm { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"SigningRequest {{ Type = {Type}, Algorithm = {Algorithm} }}";
}

/// <summary>A private key only silos can open.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.keys.sealed-signing-key")]
public sealed record SealedSigningKey
{
    /// <summary>Unique key id.</summary>
    [Id(0)] public required string Kid { get; init; }

    /// <summary>Algorithm of the key.</summary>
    [Id(1)] public required SigningAlgorithm Algorithm { get; init; }

    /// <summary>PKCS#8, sealed.</summary>
    [Id(2)] public required ImmutableArray<byte> SealedPkcs8 { get; init; }

    /// <summary>Ask again after this instant: another key may be active then.</summary>
    [Id(3)] public required DateTimeOffset RefreshAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"SealedSigningKey {{ Kid = {Kid} }}";
}

/// <summary>A tenant's keys as a gateway holds them. Never printed, never logged.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.keys.tenant-keys")]
public sealed record TenantKeys
{
    /// <summary>Tenant name.</summary>
    [Id(0)] public required string Tenant { get; init; }

    /// <summary>Keys of the login cookie, HMAC-SHA-256, the first one signs, all verify.</summary>
    [Id(1)] public required ImmutableArray<SymmetricKey> CookieKeys { get; init; }

    /// <summary>For HS256 tenants <c>JWT_SECRET</c> (first) and <c>JWT_SECRET_PREVIOUS</c>; else empty.</summary>
    [Id(2)] public ImmutableArray<SymmetricKey> SharedSecrets { get; init; } = [];

    /// <summary>Public keys: announced, active and previous ones.</summary>
    [Id(3)] public ImmutableArray<PublicSigningKey> SigningKeys { get; init; } = [];

    /// <summary>Keys the hashes of user names and networks in grain keys.</summary>
    [Id(4)] public required SymmetricKey NameKey { get; init; }

    /// <summary>Ask again after this instant.</summary>
    [Id(5)] public required DateTimeOffset RefreshAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"TenantKeys {{ Tenant = {Tenant}, keys = *** }}";
}

/// <summary>A symmetric key. Never printed.</summary>
/// <param name="Kid">Short id, derived one-way from the key.</param>
/// <param name="Key">The key's bytes.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.keys.symmetric-key")]
public sealed record SymmetricKey([property: Id(0)] string Kid, [property: Id(1)] ImmutableArray<byte> Key)
{
    /// <inheritdoc />
    public override string ToString() => $"SymmetricKey {{ Kid = {Kid} }}";
}

/// <summary>A public key as it is published.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.keys.public-signing-key")]
public sealed record PublicSigningKey
{
    /// <summary>Unique key id.</summary>
    [Id(0)] public required string Kid { get; init; }

    /// <summary>Algorithm of the key.</summary>
    [Id(1)] public required SigningAlgorithm Algorithm { get; init; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    [Id(2)] public required ImmutableArray<byte> Spki { get; init; }

    /// <summary>Where the key is in its life.</summary>
    [Id(3)] public required SigningKeyStage Stage { get; init; }
}

/// <summary>The life of a signing key.</summary>
[GenerateSerializer, Alias("uitsmijter.keys.stage")]
public enum SigningKeyStage
{
    /// <summary>Published, not signing yet.</summary>
    Announced = 0,

    /// <summary>Signs.</summary>
    Active = 1,

    /// <summary>Only verifies what it signed.</summary>
    VerifyOnly = 2,
}
