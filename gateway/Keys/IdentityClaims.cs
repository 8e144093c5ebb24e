namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>Who a request is from, whatever proved it; the claims of header tokens and identity headers come from here.</summary>
internal sealed record IdentityClaims
{
    /// <summary>Subject.</summary>
    public required string Subject { get; init; }

    /// <summary>Tenant name.</summary>
    public required string Tenant { get; init; }

    /// <summary>Login name; empty for tokens without a person.</summary>
    public required string User { get; init; }

    /// <summary>Role; empty when unknown.</summary>
    public required string Role { get; init; }

    /// <summary>Scopes separated by spaces.</summary>
    public required string Scope { get; init; }

    /// <summary>What the session answers for, or null.</summary>
    public string? Responsibility { get; init; }

    /// <summary>The profile as JSON text, or null.</summary>
    public string? ProfileJson { get; init; }

    /// <summary>True where the profile has to be fetched from the session before anything is made from it.</summary>
    public bool ProfileIsInSession { get; init; }

    /// <summary>When the person logged in.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>When what proved it ends; nothing made from it lives longer.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The identity a login cookie proves.</summary>
    /// <param name="claims">A verified cookie.</param>
    public static IdentityClaims Of(SsoClaims claims) => new()
    {
        Subject = claims.Subject,
        Tenant = claims.Tenant,
        User = claims.User,
        Role = claims.Role,
        Scope = claims.Scope,
        Responsibility = claims.Responsibility,
        ProfileJson = claims.ProfileJson,
        ProfileIsInSession = claims.ProfileIsInSession,
        AuthTime = claims.AuthTime,
        ExpiresAt = claims.ExpiresAt,
    };

    /// <inheritdoc />
    public override string ToString() => $"IdentityClaims {{ Tenant = {Tenant} }}";
}
