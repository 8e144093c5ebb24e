using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>What became of one configured entity: the entity, or why there is none; warnings come with either.</summary>
/// <typeparam name="T">The kind of entity.</typeparam>
/// <param name="Entity">The valid entity, or null when any problem is an error.</param>
/// <param name="Problems">Everything that is wrong with it.</param>
public sealed record Translation<T>(T? Entity, ImmutableArray<ConfigurationProblem> Problems)
    where T : class;
