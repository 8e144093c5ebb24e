namespace Uitsmijter.Actors.Grains.Feeds;

/// <summary>What an append changes in a feed's head besides its entries.</summary>
[Flags]
internal enum FeedMark
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The first filling is complete.</summary>
    Filled = 1,

    /// <summary>The filling has to be repeated.</summary>
    NotFilled = 2,

    /// <summary>Every mirror has to start anew.</summary>
    NewEpoch = 4,

    /// <summary>Every segment that holds anything replaced or dropped is rewritten, so that none of it can come back.</summary>
    Rewrite = 8,
}
