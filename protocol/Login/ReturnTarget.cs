namespace Uitsmijter.Actors.Protocol.Login;

/// <summary>Where a person goes after login or logout, parsed but not yet allowed.</summary>
/// <param name="Text">
/// What goes into the <c>Location</c> header: ASCII, without control characters; the bytes of the original wherever a header can carry them.
/// </param>
/// <param name="Host">Normalised host, or null for a path on the host that was asked.</param>
public sealed record ReturnTarget(string Text, string? Host)
{
    /// <summary>The start page of a host, in the contract's form <c>//host</c>.</summary>
    /// <param name="authority">Host with optional port, as requested.</param>
    /// <param name="host">The same, normalised.</param>
    public static ReturnTarget StartPage(string authority, string host) => new($"//{authority}", host);

    /// <summary>The start page of the host that was asked.</summary>
    public static ReturnTarget Root { get; } = new("/", null);
}
