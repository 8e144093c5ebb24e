using System.Collections.Immutable;

namespace Uitsmijter.Actors.GrainInterfaces.Authorization;

/// <summary>How a client says who it is, as the gateway read it from a request. Never printed.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.authorization.client-proof")]
public sealed record ClientProof
{
    /// <summary>The client's id as it was sent.</summary>
    [Id(0)] public required string ClientId { get; init; }

    /// <summary>What was sent with it.</summary>
    [Id(1)] public required ClientProofKind Kind { get; init; }

    /// <summary>The secret, for <see cref="ClientProofKind.Basic"/> and <see cref="ClientProofKind.Post"/>.</summary>
    [Id(2)] public string? Secret { get; init; }

    /// <summary>The JWT, for <see cref="ClientProofKind.Assertion"/>.</summary>
    [Id(3)] public string? Assertion { get; init; }

    /// <summary>Audiences an assertion may name: the issuer, and the URLs of the token endpoint and of the endpoint that was asked (RFC 7523 §3, RFC 9126 §2).</summary>
    [Id(4)] public ImmutableArray<string> Audiences { get; init; } = [];

    /// <inheritdoc />
    public override string ToString() => $"ClientProof {{ Kind = {Kind} }}";
}

/// <summary>What a client sent to prove itself.</summary>
[GenerateSerializer, Alias("uitsmijter.authorization.client-proof-kind")]
public enum ClientProofKind
{
    /// <summary>Its id alone.</summary>
    None = 0,

    /// <summary>Id and secret by HTTP Basic.</summary>
    Basic = 1,

    /// <summary>Id and secret in the form.</summary>
    Post = 2,

    /// <summary>A signed assertion (RFC 7523 §2.2).</summary>
    Assertion = 3,
}
