using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>One source with the version that counts and the one that wants to.</summary>
/// <param name="source">The source.</param>
internal sealed class SourceSlot<T>(string source)
    where T : class
{
    /// <summary>The source.</summary>
    public string Source => source;

    /// <summary>The version in the catalog, or null.</summary>
    public T? Accepted { get; set; }

    /// <summary>A newer valid version that other entities stand in the way of, or null.</summary>
    public T? Wanted { get; set; }

    /// <summary>What translation said.</summary>
    public ImmutableArray<ConfigurationProblem> Own { get; set; } = [];

    /// <summary>What stands in the way of <see cref="Wanted"/>.</summary>
    public ImmutableArray<ConfigurationProblem> Obstacles { get; set; } = [];

    /// <summary>Where the newest version says what could collide.</summary>
    public EntityLines Lines { get; set; }

    /// <summary>Names of tenants under which a client source is listed.</summary>
    public ImmutableArray<string> IndexedUnder { get; set; } = [];
}
