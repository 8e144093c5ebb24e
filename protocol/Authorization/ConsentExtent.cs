using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Authorization;

/// <summary>What a client would be handed, and what a person agreed to: more than scopes, since claims can be asked for one by one and tokens be meant for others.</summary>
/// <param name="Scopes">Scopes.</param>
/// <param name="Claims">Claims that none of the scopes stands for (OpenID Connect Core §5.5): sorted, unique.</param>
/// <param name="Resources">Where the tokens are meant to be used (RFC 8707).</param>
public sealed record ConsentExtent(ImmutableArray<string> Scopes, ImmutableArray<string> Claims, ImmutableArray<string> Resources)
{
    /// <summary>Nothing.</summary>
    public static ConsentExtent None { get; } = new([], [], []);

    /// <summary>Whether nothing stands in another extent that is not in this one.</summary>
    /// <param name="other">The other one.</param>
    public bool Covers(ConsentExtent other) =>
        other.Scopes.All(Scopes.Contains) && other.Claims.All(Claims.Contains) && other.Resources.All(Resources.Contains);

    /// <summary>Whether there is anything in it.</summary>
    public bool IsEmpty => Scopes.IsDefaultOrEmpty && Claims.IsDefaultOrEmpty && Resources.IsDefaultOrEmpty;
}
