using Uitsmijter.Actors.Protocol.Catalog;

namespace Uitsmijter.Actors.GrainInterfaces.Sessions;

/// <summary>What a session is to be like, whoever it will belong to.</summary>
[GenerateSerializer, Immutable, Alias("uitsmijter.sessions.terms")]
public sealed record SessionTerms
{
    /// <inheritdoc cref="OpenSession.Mode"/>
    [Id(0)] public required string Mode { get; init; }

    /// <inheritdoc cref="OpenSession.Responsibility"/>
    [Id(1)] public required string Responsibility { get; init; }

    /// <inheritdoc cref="OpenSession.CookieLife"/>
    [Id(2)] public required TimeSpan CookieLife { get; init; }

    /// <inheritdoc cref="OpenSession.IdleLimit"/>
    [Id(3)] public TimeSpan? IdleLimit { get; init; }

    /// <inheritdoc cref="OpenSession.AbsoluteLimit"/>
    [Id(4)] public required TimeSpan AbsoluteLimit { get; init; }

    /// <inheritdoc cref="OpenSession.Browser"/>
    [Id(5)] public string? Browser { get; init; }

    /// <inheritdoc cref="OpenSession.HasNoCookie"/>
    [Id(6)] public bool HasNoCookie { get; init; }

    /// <summary>What the login must have come to, or there is no session (RFC 9470); null where any will do.</summary>
    [Id(7)] public LoginRequirement? Requirement { get; init; }
}
