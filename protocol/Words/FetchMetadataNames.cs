namespace Uitsmijter.Actors.Protocol.Words;

/// <summary>Headers in which a browser tells what a request is for (W3C Fetch Metadata §2); no page can forge them.</summary>
public static class FetchMetadataNames
{
    /// <summary>How they all start.</summary>
    public const string Prefix = "Sec-Fetch-";

    /// <summary>How far the page that asks is from us: <c>same-origin</c>, <c>same-site</c>, <c>cross-site</c>, or <c>none</c> for a person's own doing.</summary>
    public const string Site = "Sec-Fetch-Site";

    /// <summary><c>navigate</c> when a person changes pages.</summary>
    public const string Mode = "Sec-Fetch-Mode";

    /// <summary>What the answer becomes: <c>document</c>, <c>image</c>, <c>iframe</c>.</summary>
    public const string Dest = "Sec-Fetch-Dest";

    /// <summary><c>prefetch</c> when a page is loaded ahead.</summary>
    public const string Purpose = "Sec-Purpose";
}
