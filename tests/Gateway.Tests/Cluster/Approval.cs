using System.Collections.Immutable;

namespace Uitsmijter.Actors.Gateway.Tests.Cluster;

/// <summary>What the script of a <see cref="FakeProvider"/> says of somebody it lets in.</summary>
internal sealed record Approval(string Subject)
{
    public string? ProfileJson { get; init; }

    public ImmutableArray<string> Scopes { get; init; } = [];

    public string? Acr { get; init; }
}
