using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>A well-formed authorization request of a known client to one of its addresses (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).</summary>
public sealed record AuthorizationRequest
{
    /// <summary>The client's id in its own spelling.</summary>
    public required string ClientId { get; init; }

    /// <summary>Redirect URI, registered for the client.</summary>
    public required string RedirectUri { get; init; }

    /// <summary><c>query</c> or <c>form_post</c>.</summary>
    public required string ResponseMode { get; init; }

    /// <summary><c>state</c>, or null.</summary>
    public string? State { get; init; }

    /// <summary>Scopes asked for: sorted, unique, not yet filtered.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Code challenge, or null.</summary>
    public string? Challenge { get; init; }

    /// <summary>Its method; meaningless without one.</summary>
    public string? ChallengeMethod { get; init; }

    /// <summary><c>nonce</c>, or null.</summary>
    public string? Nonce { get; init; }

    /// <summary>Values of <c>prompt</c>.</summary>
    public ImmutableArray<string> Prompt { get; init; } = [];

    /// <summary>A login older than this is repeated; null for no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Name to put into the login form, or null.</summary>
    public string? LoginHint { get; init; }

    /// <summary>ID token of the person the client means, or null.</summary>
    public string? IdTokenHint { get; init; }

    /// <summary>Authentication context classes in order of preference.</summary>
    public ImmutableArray<string> AcrValues { get; init; } = [];

    /// <summary>Languages for the pages, in order of preference.</summary>
    public string? UiLocales { get; init; }

    /// <summary>Claims the client asks for one by one (OpenID Connect Core §5.5).</summary>
    public ClaimsRequest Claims { get; init; } = ClaimsRequest.None;

    /// <summary>The authentication context the client wants.</summary>
    public AcrWish Acr => AcrWish.Of(this);

    /// <summary>Resources (RFC 8707).</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Thumbprint of the key the code is bound to (RFC 9449 §10), or null.</summary>
    public string? DpopJkt { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"AuthorizationRequest {{ ClientId = {ClientId} }}";
}
