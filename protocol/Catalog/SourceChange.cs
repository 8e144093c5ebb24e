using System.Collections.Immutable;

namespace Uitsmijter.Actors.Protocol.Catalog;

/// <summary>What became of one source (a file, a resource) since it was last looked at.</summary>
/// <param name="Source">The source.</param>
/// <param name="Problems">What translation had to say; replaces everything said about the source before.</param>
public abstract record SourceChange(string Source, ImmutableArray<ConfigurationProblem> Problems)
{
    /// <summary>A valid tenant was read.</summary>
    /// <param name="Entry">The tenant.</param>
    /// <param name="Lines">Where it says what could collide with others.</param>
    /// <param name="Warnings">What its owner should know.</param>
    public sealed record ToTenant(TenantEntry Entry, EntityLines Lines, ImmutableArray<ConfigurationProblem> Warnings) : SourceChange(Entry.Source, Warnings);

    /// <summary>A valid client was read.</summary>
    /// <param name="Entry">The client.</param>
    /// <param name="Lines">Where it says what could collide with others.</param>
    /// <param name="Warnings">What its owner should know.</param>
    public sealed record ToClient(ClientEntry Entry, EntityLines Lines, ImmutableArray<ConfigurationProblem> Warnings) : SourceChange(Entry.Source, Warnings);

    /// <summary>The source is there and cannot be used: what was good before stays.</summary>
    /// <param name="Source">The source.</param>
    /// <param name="Errors">Why.</param>
    public sealed record Broken(string Source, ImmutableArray<ConfigurationProblem> Errors) : SourceChange(Source, Errors);

    /// <summary>The source is no more: its entity goes.</summary>
    /// <param name="Source">The source.</param>
    public sealed record Gone(string Source) : SourceChange(Source, []);
}
