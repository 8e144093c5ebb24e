namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>What a login form carries sealed, so that nobody can change it between showing and posting.</summary>
public sealed record SealedTarget
{
    /// <summary>Name of the tenant whose form it is.</summary>
    public required string Tenant { get; init; }

    /// <summary>Text of the return target.</summary>
    public required string Target { get; init; }

    /// <summary>The login's mode.</summary>
    public required string Mode { get; init; }

    /// <summary>The client on whose behalf, or null.</summary>
    public string? Client { get; init; }

    /// <summary>When the form was shown.</summary>
    public required DateTimeOffset Issued { get; init; }
}
