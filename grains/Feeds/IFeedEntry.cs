namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>One numbered entry of a feed, as it is stored.</summary>
/// <typeparam name="TKey">What an entry is about; a later entry of the same key replaces an earlier one.</typeparam>
internal interface IFeedEntry<TKey>
{
    /// <summary>Position in the feed; grows, with gaps where entries were replaced.</summary>
    long Number { get; }

    /// <summary>What the entry is about.</summary>
    TKey Key { get; }

    /// <summary>Roughly the stored size in bytes; keeps records and pages bounded.</summary>
    int Weight { get; }
}
