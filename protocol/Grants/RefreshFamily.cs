namespace Uitsmijter.Actors.Protocol.Grants;

/// <summary>The refresh tokens of one grant: the one that is good, the one before it, and until when.</summary>
public sealed record RefreshFamily
{
    /// <summary>Key of the tags of this family's secrets, base64url.</summary>
    public string TagKey { get; init; } = "";

    /// <summary>Digest of the token that is good.</summary>
    public string Current { get; init; } = "";

    /// <summary>Digest of the token before it; null before the first rotation.</summary>
    public string? Previous { get; init; }

    /// <summary>The current secret, sealed under a key that only the previous secret gives; null some time after the grace, or where there is none.</summary>
    public string? SealedSuccessor { get; init; }

    /// <summary>When the current token was made.</summary>
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>When the current token ends if it is not used.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the family ends, however often it is used.</summary>
    public DateTimeOffset AbsoluteEnd { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"RefreshFamily {{ ExpiresAt = {ExpiresAt:O} }}";
}
