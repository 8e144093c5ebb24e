namespace Uitsmijter.Actors.Gateway.Pages;

/// <summary>
/// Where a page finds its style sheet, icon and pictures. A page that a reverse proxy relays is shown at the application's host: a link
/// without a host would ask the application for our files.
/// </summary>
internal abstract record AssetHome
{
    /// <summary>The page is ours and at our host.</summary>
    public static AssetHome Here { get; } = new OurHost();

    /// <summary>The page is relayed, and nobody knows a host of ours: it carries its files itself.</summary>
    public static AssetHome Inside { get; } = new InsideThePage();

    /// <summary>Whether the browser asked a host of ours.</summary>
    public bool IsHere => this is OurHost;

    /// <summary>The page is relayed and links to a login host.</summary>
    /// <param name="origin"><c>https://login.example.com</c>; anything that is no clean origin makes the page carry its files itself.</param>
    public static AssetHome At(string origin) => SafeTarget.PolicySource(origin) is { } source ? new OtherHost(source) : Inside;

    /// <summary>The link of an asset.</summary>
    /// <param name="assets">Where it is found.</param>
    /// <param name="name">Path, with or without a leading slash.</param>
    public abstract string Url(Assets assets, string name);

    /// <summary>Makes a policy of our own host one of the host the page is shown at.</summary>
    /// <param name="policy">A policy in which <c>'self'</c> means us.</param>
    public abstract string Policy(string policy);

    private sealed record OurHost : AssetHome
    {
        public override string Url(Assets assets, string name) => assets.Url(name);

        public override string Policy(string policy) => policy;
    }

    private sealed record OtherHost(string Origin) : AssetHome
    {
        public override string Url(Assets assets, string name) => assets.Url(name) is var path && path.StartsWith('/') ? Origin + path : path;

        public override string Policy(string policy) => policy.Replace("'self'", Origin, StringComparison.OrdinalIgnoreCase);
    }

    private sealed record InsideThePage : AssetHome
    {
        /// <summary>Above this a picture of an operator's theme is left out: proxies relay short answers only.</summary>
        private const int MaxLength = 32 * 1024;

        public override string Url(Assets assets, string name) =>
            assets.Find(name.StartsWith('/') ? name : "/" + name) is { Body.Length: <= MaxLength } asset
                ? $"data:{asset.ContentType.Replace(" ", "", StringComparison.Ordinal)};base64,{Convert.ToBase64String(asset.Body)}"
                : "data:,";

        // No scripts: a policy that took them from data: would take anybody's.
        public override string Policy(string policy) =>
            "default-src 'none'; style-src data:; img-src data:; font-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";
    }
}
