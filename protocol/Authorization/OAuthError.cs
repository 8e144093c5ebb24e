using Orleans;
using Uitsmijter.Actors.Protocol.Words;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>
/// A refusal as a client may see it: the standard's code and status, and beside them the reason existing users know (design §4). Nothing in
/// it is secret, and nothing tells whether a user exists.
/// </summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.authorization.error")]
public sealed record OAuthError
{
    /// <summary>Code of the standard: one of <see cref="OAuthErrors"/>.</summary>
    [Id(0)] public required string Error { get; init; }

    /// <summary>Identifier of the contract's catalogue (http.md §17).</summary>
    [Id(1)] public required string Reason { get; init; }

    /// <summary>A sentence for the developer of the client: what is wrong, and what to do. ASCII without quotes and backslashes (RFC 6749 §5.2).</summary>
    [Id(2)] public required string Description { get; init; }

    /// <summary>HTTP status where the refusal is an answer of its own.</summary>
    [Id(3)] public int Status { get; init; } = 400;

    /// <summary>
    /// What the operator is told where the client must not be: that a client does not exist, that a secret was right and the method wrong, that a code came a second time. Goes into the log and
    /// never into an answer; words of ours alone. Null where the description says it all.
    /// </summary>
    [Id(4)] public string? Cause { get; init; }

    /// <summary>The sentence for the log.</summary>
    public string Why => Cause ?? Description;

    /// <summary>400 <c>invalid_request</c>.</summary>
    public static OAuthError InvalidRequest(string description, string reason = Reasons.NotAcceptableRequest) => Of(OAuthErrors.InvalidRequest, reason, description);

    /// <summary>401 <c>invalid_client</c>: the same for an unknown client and a wrong proof.</summary>
    public static OAuthError InvalidClient(string description, string reason = Reasons.ErrorInvalidClient) => Of(OAuthErrors.InvalidClient, reason, description) with { Status = 401 };

    /// <summary>400 <c>invalid_grant</c>.</summary>
    public static OAuthError InvalidGrant(string description, string reason = Reasons.InvalidGrant) => Of(OAuthErrors.InvalidGrant, reason, description);

    /// <summary>400 <c>unauthorized_client</c>.</summary>
    public static OAuthError UnauthorizedClient(string description, string reason = Reasons.GrantTypeNotSupported) => Of(OAuthErrors.UnauthorizedClient, reason, description);

    /// <summary>400 <c>invalid_scope</c>.</summary>
    public static OAuthError InvalidScope(string description) => Of(OAuthErrors.InvalidScope, Reasons.NotAcceptableRequest, description);

    /// <summary>400 <c>invalid_target</c> (RFC 8707 §2).</summary>
    public static OAuthError InvalidTarget(string description) => Of(OAuthErrors.InvalidTarget, Reasons.NotAcceptableRequest, description);

    /// <summary>503 <c>temporarily_unavailable</c>: nothing was decided, the request may be repeated.</summary>
    public static OAuthError Unavailable(string description = "The server cannot decide at the moment. Try again.") =>
        Of(OAuthErrors.TemporarilyUnavailable, Reasons.ServiceUnavailable, description) with { Status = 503 };

    /// <summary>A refusal with status 400.</summary>
    /// <param name="error">One of <see cref="OAuthErrors"/>.</param>
    /// <param name="reason">One of <see cref="Reasons"/>.</param>
    /// <param name="description">For the developer of the client.</param>
    public static OAuthError Of(string error, string reason, string description) => new() { Error = error, Reason = reason, Description = description };
}
