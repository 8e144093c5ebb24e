using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>A DPoP proof whose signature and claims are right. Whether it is fresh is still open: its nonce, and whether it was seen before.</summary>
public sealed record DpopProof
{
    /// <summary>Thumbprint of the key it was made with (RFC 9449 §6.1).</summary>
    public required string Jkt { get; init; }

    /// <summary>Key of the grain that remembers it: a digest over <see cref="Jkt"/> and <c>jti</c>.</summary>
    public required string Key { get; init; }

    /// <summary>From when on it is refused for its age anyway.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The nonce it was made with, or null.</summary>
    public string? Nonce { get; init; }

    /// <inheritdoc />
    public override string ToString() => "DpopProof { *** }";
}

/// <summary>What a proof must fit.</summary>
public sealed record DpopRequest
{
    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>The addresses the request may be known by; query and fragment do not count.</summary>
    public required ImmutableArray<string> Urls { get; init; }

    /// <summary>The access token that came with it; null at endpoints that take none.</summary>
    public string? AccessToken { get; init; }

    /// <summary>How old a proof may be.</summary>
    public required TimeSpan MaxAge { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"DpopRequest {{ Method = {Method} }}";
}

/// <summary>What a text is that came as a proof.</summary>
public abstract record DpopVerdict
{
    private DpopVerdict()
    {
    }

    /// <summary>A proof for this request.</summary>
    /// <param name="Proof">The proof.</param>
    public sealed record Good(DpopProof Proof) : DpopVerdict;

    /// <summary>None.</summary>
    /// <param name="Error">What the client is told.</param>
    public sealed record Bad(OAuthError Error) : DpopVerdict;
}
