namespace Uitsmijter.Actors.Protocol.ForwardAuth;

/// <summary>What the caller brought, after signatures were checked. A bearer token decides alone: a cookie beside it is not looked at.</summary>
public abstract record Credential
{
    private Credential()
    {
    }

    /// <summary>No bearer token, and no cookie that is one of ours.</summary>
    public static Credential Nothing { get; } = new None();

    /// <summary>A cookie that another tenant made; as good as none.</summary>
    public static Credential ForeignCookie { get; } = new Foreign();

    /// <summary>A bearer token that opens this tenant's applications.</summary>
    public static Credential ValidBearer { get; } = new Bearer(IsValid: true);

    /// <summary>A bearer token that opens nothing.</summary>
    public static Credential InvalidBearer { get; } = new Bearer(IsValid: false);

    /// <summary>Nothing usable.</summary>
    public sealed record None : Credential;

    /// <summary>The cookie of another tenant.</summary>
    public sealed record Foreign : Credential;

    /// <summary>An <c>Authorization: Bearer</c> header.</summary>
    /// <param name="IsValid">Whether type, signature, issuer, tenant, audience, time and revocation were in order.</param>
    public sealed record Bearer(bool IsValid) : Credential
    {
        /// <summary>Context of the login behind the token, or null.</summary>
        public string? Acr { get; init; }

        /// <summary>When that login was; null where the token does not say.</summary>
        public DateTimeOffset? AuthTime { get; init; }
    }

    /// <summary>A cookie with a good signature.</summary>
    public sealed record Cookie : Credential
    {
        /// <summary>The tenant it was made for.</summary>
        public required string Tenant { get; init; }

        /// <summary>What it answers for (<see cref="ResponsibilityRules"/>).</summary>
        public required string Responsibility { get; init; }

        /// <summary>The mode its provider approved.</summary>
        public required string Mode { get; init; }

        /// <summary>Context of the login; null where it has none, and in cookies of before contexts were in them.</summary>
        public string? Acr { get; init; }

        /// <summary>When the person logged in; survives renewal.</summary>
        public required DateTimeOffset AuthTime { get; init; }

        /// <summary>When it was made.</summary>
        public required DateTimeOffset IssuedAt { get; init; }

        /// <summary>From when on it is refused.</summary>
        public required DateTimeOffset ExpiresAt { get; init; }

        /// <summary>When a new one is due: after 75 % of its life.</summary>
        public DateTimeOffset RenewAt => IssuedAt + ((ExpiresAt - IssuedAt) * 0.75);
    }
}
