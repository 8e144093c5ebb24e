namespace Uitsmijter.Actors.Protocol.Keys;

/// <summary>One master key of Data Protection as it is stored.</summary>
public sealed record StoredSealingKey
{
    /// <summary>Id written into what it seals.</summary>
    public required Guid Id { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when it seals.</summary>
    public required DateTimeOffset ActivatesAt { get; init; }

    /// <summary>Until when it seals; it opens longer.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>512 random bits, sealed by <see cref="SealRules"/>.</summary>
    public required byte[] SealedSecret { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"StoredSealingKey {{ Id = {Id} }}";
}
