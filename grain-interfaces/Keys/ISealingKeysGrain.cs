using System.Collections.Immutable;

namespace Uitsmijter.Actors.GrainInterfaces.Keys;

/// <summary>
/// The keys with which gateways seal what passes through a browser (ASP.NET Data Protection). Only this grain makes keys,
/// announced long before use; gateways mirror them. Stored encrypted.
/// </summary>
[Alias("uitsmijter.sealing-keys")]
public interface ISealingKeysGrain : IGrainWithStringKey
{
    /// <summary>The key of the only ring.</summary>
    public const string Only = "sealing";

    /// <summary>All keys that still open something, oldest first.</summary>
    /// <param name="cancellationToken">Stops waiting, not the write.</param>
    [Alias("read"), Idempotent]
    Task<SealingKeys> Read(CancellationToken cancellationToken);
}

/// <summary>The ring.</summary>
/// <param name="Keys">Oldest first.</param>
/// <param name="RefreshAt">Ask again after this instant.</param>
[GenerateSerializer, Immutable, Alias("uitsmijter.keys.sealing-keys")]
public sealed record SealingKeys(
    [property: Id(0)] ImmutableArray<SealingKey> Keys,
    [property: Id(1)] DateTimeOffset RefreshAt)
{
    /// <inheritdoc />
    public override string ToString() => $"SealingKeys {{ Count = {Keys.Length} }}";
}

/// <summary>One master key of Data Protection. Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.keys.sealing-key")]
public sealed record SealingKey
{
    /// <summary>Id written into what it seals.</summary>
    [Id(0)] public required Guid Id { get; init; }

    /// <summary>When it was made.</summary>
    [Id(1)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when it seals.</summary>
    [Id(2)] public required DateTimeOffset ActivatesAt { get; init; }

    /// <summary>Until when it seals; it opens longer.</summary>
    [Id(3)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>512 random bits.</summary>
    [Id(4)] public required ImmutableArray<byte> Secret { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"SealingKey {{ Id = {Id} }}";
}
