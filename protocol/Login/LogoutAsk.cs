namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>What a browser tells about a wish to log out (Fetch Metadata Request Headers, and the older headers where it sends none).</summary>
public sealed record LogoutAsk
{
    /// <summary>True for <c>POST</c>, false for <c>GET</c>.</summary>
    public required bool IsPost { get; init; }

    /// <summary>A ticket of ours came with the form, for this browser and in time.</summary>
    public bool HasTicket { get; init; }

    /// <summary><c>Sec-Fetch-Site</c>, or null.</summary>
    public string? FetchSite { get; init; }

    /// <summary><c>Sec-Fetch-Mode</c>, or null.</summary>
    public string? FetchMode { get; init; }

    /// <summary><c>Sec-Fetch-Dest</c>, or null.</summary>
    public string? FetchDest { get; init; }

    /// <summary>Where the wish comes from, by <c>Origin</c> or else <c>Referer</c>.</summary>
    public required LogoutSource Source { get; init; }

    /// <summary>The browser only loads ahead (<c>Sec-Purpose: prefetch</c>); nobody has clicked.</summary>
    public bool IsPrefetch { get; init; }

    /// <summary><c>Accept</c>, or null.</summary>
    public string? Accept { get; init; }
}

/// <summary>Where a wish to log out comes from.</summary>
public enum LogoutSource
{
    /// <summary>The browser does not say.</summary>
    Unknown = 0,

    /// <summary>The requested host, or one of the tenant's.</summary>
    Own = 1,

    /// <summary>Somewhere else, or a page that hides where it is from (<c>Origin: null</c>).</summary>
    Foreign = 2,
}
