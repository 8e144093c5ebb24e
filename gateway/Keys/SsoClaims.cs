namespace Uitsmijter.Actors.Gateway.Keys;

/// <summary>What a verified login cookie says. The session behind it lives on the server under <see cref="Sid"/>.</summary>
internal sealed record SsoClaims
{
    /// <summary>Issuer of the tenant when the cookie was made.</summary>
    public required string Issuer { get; init; }

    /// <summary>Subject the provider committed, else the login name.</summary>
    public required string Subject { get; init; }

    /// <summary>Tenant name.</summary>
    public required string Tenant { get; init; }

    /// <summary>Hex SHA-1 of the tenant name, or of one host (contract http.md §2.2).</summary>
    public required string Responsibility { get; init; }

    /// <summary>Role of the user.</summary>
    public required string Role { get; init; }

    /// <summary>Login name.</summary>
    public required string User { get; init; }

    /// <summary>Scopes separated by spaces; empty, since scopes are granted to clients and the cookie has none.</summary>
    public required string Scope { get; init; }

    /// <summary>The profile as JSON text, or null.</summary>
    public string? ProfileJson { get; init; }

    /// <summary>True where there is a profile that did not fit into the cookie; the session has it.</summary>
    public bool ProfileIsInSession { get; init; }

    /// <summary>Session id; opens nothing by itself.</summary>
    public required string Sid { get; init; }

    /// <summary>The mode the provider approved: <c>interceptor</c> or <c>oauth</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Context of the login (<c>acr</c>), or null: also in cookies of before it stood in them. Survives renewal.</summary>
    public string? Acr { get; init; }

    /// <summary>When the person logged in; survives renewal. Whole seconds.</summary>
    public required DateTimeOffset AuthTime { get; init; }

    /// <summary>When the cookie was made. Whole seconds.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>From when on the cookie is refused. Whole seconds.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"SsoClaims {{ Tenant = {Tenant}, Mode = {Mode}, ExpiresAt = {ExpiresAt:O} }}";
}
