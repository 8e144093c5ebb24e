namespace Uitsmijter.Actors.Grains.Authorization;

/// <summary>The mark that something was seen.</summary>
internal sealed record SeenState : ISpendable
{
    /// <summary>From when on nobody needs the mark; null in a record that was never written.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <inheritdoc />
    bool ISpendable.IsUse => true;

    /// <inheritdoc />
    public ISpendable Spent(DateTimeOffset at) => this with { Until = Until ?? at };
}
